"""What the engine looks up instead of trying all never leaves out a statement that matches, and leaves out most."""

from __future__ import annotations

from hypothesis import given, settings

from lampolicy.authorize import authorize
from lampolicy.engine import ResourceIndex, compile_policy, covers
from lampolicy.names import fold, normal_arn
from lampolicy.organization import Policies
from lampolicy.policy import Effect, IdentityStatement, Only, Policy, PolicyKind, Statement
from lampolicy.reference import decide
from lampolicy.request import Request, RoleSession
from lampolicy.testing import strategies as aws
from lampolicy.testing._dice import Seeded
from lampolicy.testing._requests import draw_asked
from lampolicy.testing._statements import aim_at, draw_statement

MANY = 200


@settings(max_examples=400, derandomize=True, database=None, deadline=None)
@given(aws.policies(odd=True), aws.requests())
def test_statements_filed_by_action_are_all_that_match(policy: Policy, request: Request) -> None:
    compiled, action = compile_policy(policy), fold(request.action)
    pairs = zip(compiled.statements, policy.statements, strict=True)
    assert compiled.covering(action) == tuple(made for made, s in pairs if covers(s, action))


def _crowd(seed: int) -> tuple[Policy, list[Request]]:
    dice = Seeded(f"crowd/{seed}")
    asked = [draw_asked(dice).request for _ in range(20)]
    aims = [aim_at(request) for request in asked]
    statements: list[Statement] = []
    while len(statements) < MANY:
        statements.append(draw_statement(dice, PolicyKind.IDENTITY, dice.pick(aims), odd=True))
    return Policy(PolicyKind.IDENTITY, tuple(statements)), asked


def test_statements_filed_by_resource_are_all_that_match() -> None:
    matched = 0
    for seed in range(30):
        policy, asked = _crowd(seed)
        statements = compile_policy(policy).statements
        index = ResourceIndex(statements)
        for request in asked:
            arn = normal_arn(request.resource)
            kept = set(index.candidates(arn))
            matching = {i for i, s in enumerate(statements) if s.on is None or s.on(arn) is not False}
            matched += len(matching)
            assert matching <= kept
    assert matched > 0


def test_the_index_leaves_most_statements_out() -> None:
    buckets = (f"arn:aws:s3:::bucket-{number}/*" for number in range(1_000))
    statements = (IdentityStatement(Effect.ALLOW, Only(("s3:GetObject",)), resources=Only((arn,))) for arn in buckets)
    policy = Policy(PolicyKind.IDENTITY, tuple(statements))
    index = ResourceIndex(compile_policy(policy).statements)
    assert len(index.candidates("arn:aws:s3:::bucket-77/k")) < 20


def test_a_crowd_is_decided_as_the_reference_decides_it() -> None:
    for seed in range(8):
        policy, asked = _crowd(seed)
        policies = Policies(identity=[policy])
        for request in asked:
            own = RoleSession("arn:aws:iam::111111111111:role/deploy", "s1")
            fair = Request(own, request.action, request.resource, request.context)
            assert authorize(fair, policies) == decide(fair, policies)
