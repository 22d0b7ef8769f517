"""A policy written back says the same (`parse(write(p)) == p`)."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lampolicy.policy import BaseOperator, Policy, PolicyKind, Quantifier
from tests.policy.faulty import FUNCTION, ROLE, SHAPES, document, statement

TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=12)
SERVICE = {"function": "lambda", "rcp": "s3", "trust": "sts", "layer": "lambda"}
FIXED = {"trust": ["sts:AssumeRole", "sts:TagSession"], "layer": ["lambda:GetLayerVersion"]}


def one_or_more(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return values | st.lists(values, min_size=1, max_size=3)


@st.composite
def operators(draw: st.DrawFn) -> str:
    base = draw(st.sampled_from([b for b in BaseOperator if b.startswith(("String", "Null", "Bool"))]))
    quantifier = draw(st.sampled_from(["", *(f"{q}:" for q in Quantifier)]))
    suffix = "" if base is BaseOperator.NULL else draw(st.sampled_from(["", "IfExists"]))
    return f"{quantifier}{base}{suffix}"


@st.composite
def conditions(draw: st.DrawFn) -> Mapping[str, object]:
    scalars = TEXT | st.booleans() | st.integers(-(2**31), 2**31)
    keys = st.sampled_from(["aws:SourceArn", "aws:PrincipalTag/Team", "lambda:x", "aws:y"])
    values = one_or_more(scalars) | st.just([])
    return draw(st.dictionaries(operators(), st.dictionaries(keys, values, max_size=3), max_size=3))


@st.composite
def principals(draw: st.DrawFn, kind: str) -> object:
    if kind in {"rcp", "layer"}:
        return "*"
    typed: dict[str, object] = {"AWS": draw(one_or_more(st.sampled_from(["*", "111122223333", ROLE])))}
    if draw(st.booleans()):
        typed["Service"] = draw(one_or_more(st.sampled_from(["s3.amazonaws.com", "lambda.amazonaws.com"])))
    return "*" if kind != "trust" and draw(st.booleans()) else typed


@st.composite
def statements(draw: st.DrawFn, kind: str) -> dict[str, object]:
    """Draw a statement that AWS takes, with every element the kind may have."""
    shape = SHAPES[kind]
    action = one_or_more(st.sampled_from(FIXED.get(kind, [f"{SERVICE.get(kind, 's3')}:{n}" for n in ("Get*", "Put?")])))
    made: dict[str, object] = {"Effect": "Deny" if kind == "rcp" else "Allow"}
    if kind not in {"rcp", "layer"}:
        made["Effect"] = draw(st.sampled_from(["Allow", "Deny"]))
    negated = kind not in {"rcp", "layer"} and draw(st.booleans())
    made["NotAction" if negated else "Action"] = draw(action)
    if "Principal" in shape:
        negated = made["Effect"] == "Deny" and kind not in {"trust", "rcp", "layer"} and draw(st.booleans())
        made["NotPrincipal" if negated else "Principal"] = draw(principals(kind))
    if kind == "function":
        made["Resource"] = FUNCTION
    elif kind not in {"trust", "layer"}:
        arns: list[object] = ["*", "arn:aws:s3:::b/${aws:username}", "arn:aws:s3:::*", None]
        made[draw(st.sampled_from(["Resource", "NotResource"]))] = draw(
            st.lists(st.sampled_from(arns), min_size=1, max_size=3)
        )
    if draw(st.booleans()):
        made["Condition"] = draw(conditions())
    return made


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Draw a policy of any kind."""
    kind = draw(st.sampled_from(sorted(SHAPES)))
    made = [
        {**drawn, "Sid": f"S{index}"} if draw(st.booleans()) else drawn
        for index, drawn in enumerate(
            draw(st.lists(statements(kind), min_size=1, max_size=1 if kind == "queue" else 3))
        )
    ]
    source: dict[str, object] = {"Statement": made[0] if len(made) == 1 and draw(st.booleans()) else made}
    version = "2012-10-17" if kind == "boundary" else draw(st.sampled_from([None, "2008-10-17", "2012-10-17"]))
    if version is not None:
        source["Version"] = version
    if draw(st.booleans()):
        source["Id"] = draw(TEXT)
    return Policy.parse(source, kind=kind)


@given(policies())
def test_a_policy_written_back_is_the_same_policy(policy: Policy) -> None:
    assert Policy.parse(policy.to_dict(), kind=policy.kind) == policy
    assert Policy.parse(json.dumps(policy.to_dict()), kind=policy.kind) == policy


@given(policies())
def test_what_is_written_is_written_the_same_again(policy: Policy) -> None:
    written = policy.to_dict()
    assert json.dumps(Policy.parse(written, kind=policy.kind).to_dict()) == json.dumps(written)


@given(policies())
def test_a_policy_survives_pickling(policy: Policy) -> None:
    again = pickle.loads(pickle.dumps(policy))  # noqa: S301 - our own pickle
    assert again == policy
    assert (again.name, again.warnings) == (policy.name, policy.warnings)


@pytest.mark.parametrize("kind", SHAPES)
def test_keys_stand_in_awss_order(kind: str) -> None:
    shape = statement(kind, Sid="a", Condition={"StringEquals": {"aws:x": "y"}})
    source = document(dict(reversed(shape.items())), Id="i")
    written = Policy.parse(dict(reversed(source.items())), kind=kind).to_dict()
    assert list(written) == ["Version", "Id", "Statement"]
    order = ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"]
    statements_written = written["Statement"]
    assert isinstance(statements_written, list)
    assert list(statements_written[0]) == [key for key in order if key in shape]


def test_every_kind_is_drawn() -> None:
    assert set(SHAPES) == set(PolicyKind)
