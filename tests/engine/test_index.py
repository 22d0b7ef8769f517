"""Finding what may match without trying all: nothing left out, little tried."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lampolicy.engine import ResourceIndex, compile_policy, covers
from lampolicy.names import normal_arn
from lampolicy.policy import AllExcept, Effect, IdentityStatement, Only, Policy, PolicyKind

NAMES = ["orders", "orders-api", "thumbs", "photos-eu", "a"]
PATTERNS = [
    "arn:aws:lambda:us-east-1:111111111111:function:{}",
    "arn:aws:lambda:*:*:function:{}-*",
    "arn:aws:lambda:*:111111111111:function:*{}",
    "arn:aws:lambda:us-*:111111111111:function:?{}*",
    "arn:aws:*:{}:*",
    "arn:aws:lambda:us-east-1:111111111111:*:{}",
    "ARN:AWS:Lambda:us-east-1:111111111111:function:{}",
    "arn:aws:lambda",
    "*",
    "arn:aws:lambda:us-east-1:111111111111:function:${{aws:username}}-{}",
]
ARNS = [
    "arn:aws:lambda:us-east-1:111111111111:function:{}",
    "arn:aws:lambda:eu-west-1:111111111111:function:{}-x:live",
    "arn:aws:lambda:us-east-1:222222222222:function:my-{}",
    "arn:aws:lambda:us-east-1:111111111111:Function:{}",
]

names = st.sampled_from(NAMES)
patterns = st.tuples(st.sampled_from(PATTERNS), names).map(lambda p: p[0].format(p[1]))
resources = st.lists(patterns, min_size=1, max_size=3).map(tuple)
selections = resources.map(Only) | resources.map(AllExcept)
arns = st.tuples(st.sampled_from(ARNS), names).map(lambda p: p[0].format(p[1]))


def policy_of(*found: Only[str] | AllExcept[str]) -> Policy:
    statements = tuple(IdentityStatement(Effect.ALLOW, Only(("*",)), resources=r) for r in found)
    return Policy(PolicyKind.IDENTITY, statements)


@given(st.lists(selections, min_size=1, max_size=30), arns)
def test_the_index_leaves_nothing_out(found: list[Only[str] | AllExcept[str]], arn: str) -> None:
    statements = compile_policy(policy_of(*found)).statements
    arn = normal_arn(arn)
    kept = set(ResourceIndex(statements).candidates(arn))

    may_match = {i for i, s in enumerate(statements) if s.on is None or s.on(arn) is not False}

    assert may_match <= kept


@given(st.lists(st.sampled_from(["lambda:*", "lambda:Get*", "lambda:GetFunction", "*", "s3:*", "*:*"]), max_size=12))
def test_filing_by_action_leaves_nothing_out(actions: list[str]) -> None:
    statements = tuple(IdentityStatement(Effect.ALLOW, Only((a,)), resources=Only(("*",))) for a in actions)
    compiled = compile_policy(Policy(PolicyKind.IDENTITY, statements))

    for action in ("lambda:getfunction", "s3:getobject", "sqs:x"):
        expected = [made for made, s in zip(compiled.statements, statements, strict=True) if covers(s, action)]
        assert list(compiled.covering(action)) == expected


def test_of_a_thousand_statements_few_are_tried() -> None:
    """Decisions cannot tell a dead index: only what it leaves untried can."""
    found = [Only((f"arn:aws:lambda:us-east-1:111111111111:function:team{i:04d}-*",)) for i in range(500)]
    found += [Only((f"arn:aws:s3:::*-{i:04d}/logs/*",)) for i in range(250)]
    found += [Only((f"arn:aws:lambda:us-east-1:111111111111:function:fn{i:04d}",)) for i in range(250)]
    index = ResourceIndex(compile_policy(policy_of(*found)).statements)

    for arn, hit in (
        ("arn:aws:lambda:us-east-1:111111111111:function:team0123-x", 123),
        ("arn:aws:s3:::b-0007/logs/2026", 507),
        ("arn:aws:lambda:us-east-1:111111111111:function:fn0200", 950),
    ):
        candidates = index.candidates(arn)
        assert hit in candidates
        assert len(candidates) <= 20
