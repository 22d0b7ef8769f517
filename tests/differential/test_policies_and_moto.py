"""Which identity policies are accepted, held against moto's validator, which was written by asking AWS.

moto is no dependency: the test skips without it. Where the two differ, a rule of the semantics says why.
"""

from __future__ import annotations

import json
import warnings
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lampolicy.diagnostic import Code, PolicyError, Severity
from lampolicy.policy import Policy

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    moto = pytest.importorskip("moto.iam.policy_validation", reason="moto is not installed")

REFUSED_BY_US_ONLY = {
    Code.BAD_SID: "G6: IAM takes letters and digits in a Sid; moto looks at its type only",
    Code.DUPLICATE_CONDITION_KEY: "G18: keys that differ by case are one key",
    Code.DUPLICATE_KEY: "G18: the grammar forbids repeated keys; Python's json keeps the last",
    Code.BAD_LITERAL: "G23: moto looks at dates only, not at numbers, addresses, ARNs and base64",
    Code.UNKNOWN_OPERATOR: "C2: Null takes no IfExists",
    Code.PRINCIPAL_FORBIDDEN: "G9: an identity policy names no principal",
    Code.ACTION_VENDOR: "G21: a vendor is not empty",
    Code.RESOURCE_NOT_ARN: "G20: an ARN begins with `arn:`, and is not empty in a list either",
    Code.RESOURCE_SERVICE: "G20: no wildcard stands for the service",
    Code.RESOURCE_PARTS: "G20: the service is not empty; moto looks at the third letter of listed resources",
    Code.UNKNOWN_ELEMENT: "G1: `Conditions` is no element of a document",
    Code.WRONG_TYPE: "G16: values of conditions are scalars; moto does not look into their lists",
    Code.TOO_LONG: "1.3: moto counts elsewhere",
}
"""Codes moto knows nothing of, and the rule that overrules it."""


def refused_by_moto_only(document: Any) -> str | None:
    """Give the rule by which we accept what moto refuses."""
    if document.get("Version") != "2012-10-17":
        return "G4: inline policies of 2008 are stored"
    text = json.dumps(document)
    if '"arn:aws:iam::111122223333:*"' in text:
        return 'G20: AWS\'s own message allows the path "*"'
    if "job/" in text:
        return "G20: batch jobs of S3 have a region (Service Authorization Reference)"
    if "Date" in text and any(date in text for date in ('"2030-01-01T00:00:00-05:00"', '"2030-01"')):
        return "G23: W3C dates have zones of either sign"
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    conditions = [v for s in statements for keys in s.get("Condition", {}).values() for v in keys.values()]
    if any(isinstance(value, int | float) and not isinstance(value, bool) for value in conditions):
        return "G16: a value may be a number"
    if any(isinstance(v, bool | int | float) for value in conditions if isinstance(value, list) for v in value):
        return "G16: so may one in a list"
    return None


RESOURCES = [
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:lambda:us-east-1:111122223333:function:f",
    "arn:*:ec2:*:*:instance/*",
    "arn:aws:iam::111122223333:role/r",
    "arn:aws:iam::111122223333:*",
    "arn:aws:iam::111122223333:usr/u",
    "arn:aws:iam:us-east-1:111122223333:user/u",
    "arn:aws:s3:us-east-1:111122223333:accesspoint/a",
    "arn:aws:s3:us-east-1:111122223333:job/j",
    "arn:aws:s3:us-east-1::b",
    "arn:aws:s3::b",
    "arn:aws:s3",
    "arn:aws:fdsasf",
    "arn:aws",
    "arn:foo:s3:::b",
    "arn:aws::us-east-1:x:y",
    "arn:aws:*:us-east-1:x:y",
    "x:aws:s3:::b",
    "foo",
    "",
    None,
]
ACTIONS = ["*", "s3:*", "s3:GetObject", "*:*", "s*:Get", "x", "a:b:c", ":x", "s3:", "lambda: Invoke", "", None, 1]
OPERATORS = [
    "StringEquals",
    "stringEquals",
    "ForAnyValue:StringLikeIfExists",
    "NullIfExists",
    "Null",
    "DateEquals",
    "DateGreaterThanIfExists",
    "NumericEquals",
    "IpAddress",
    "ArnLike",
    "Unheard",
]
VALUES = [
    "x",
    "",
    True,
    1,
    None,
    "2030-01-01",
    "2030-01-01t00:00:00z",
    "2030-01-01T00:00:00.123456789+01:00",
    "2030-01-01T00:00:00-05:00",
    "2030-13-01",
    "2030-01",
    "9223372036854775807",
    "9223372036854775808",
    "-1",
    "10.0.0.0/8",
    "arn:aws:s3:::*",
    {},
]


def one_or_list(values: list[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from(values) | st.lists(st.sampled_from(values), max_size=3)


def mostly(good: Any, odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 9).flatmap(lambda n: odd if n == 0 else st.just(good))


CONDITIONS: st.SearchStrategy[Any] = st.dictionaries(
    st.sampled_from(OPERATORS),
    st.dictionaries(st.sampled_from(["aws:x", "AWS:X", "aws:y"]), st.sampled_from(VALUES), min_size=1, max_size=1)
    | st.dictionaries(st.sampled_from(["aws:x", "AWS:X", "aws:y"]), one_or_list(VALUES), max_size=2)
    | st.sampled_from(["x", [], None]),
    min_size=1,
    max_size=2,
)


@st.composite
def statements(draw: st.DrawFn) -> Any:
    made: dict[str, Any] = {
        "Effect": draw(mostly("Allow", st.sampled_from(["Deny", "allow", "x", 1, None]))),
        "Action": draw(mostly("s3:GetObject", one_or_list(ACTIONS))),
        "Resource": draw(mostly("*", one_or_list(RESOURCES))),
    }
    for element, value in (("Action", one_or_list(ACTIONS)), ("Resource", one_or_list(RESOURCES))):
        if draw(st.integers(0, 7)) == 0:
            made[f"Not{element}"] = draw(value)
            if draw(st.integers(0, 3)):
                del made[element]
        elif draw(st.integers(0, 15)) == 0:
            del made[element]
    if draw(st.booleans()):
        made["Condition"] = draw(st.one_of(CONDITIONS, CONDITIONS, st.sampled_from([{}, "x", [], None])))
    if draw(st.booleans()):
        made["Sid"] = draw(st.sampled_from(["a", "b", "c", "", "a b", 1]))
    if draw(st.integers(0, 15)) == 0:
        made[draw(st.sampled_from(["action", "Conditions", "Principal"]))] = "*"
    if draw(st.integers(0, 15)) == 0:
        del made["Effect"]
    return made


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """Draw an identity policy, often with something wrong in it."""
    made = draw(mostly([], st.lists(statements(), max_size=3))) or [draw(statements())]
    document: dict[str, Any] = {"Version": "2012-10-17", "Statement": made[0] if draw(st.booleans()) else made}
    if draw(st.integers(0, 9)) == 0:
        odd: list[Any] = [None, "2008-10-17", "2012-10-18", 3]
        document["Version"] = draw(st.sampled_from(odd))
    if draw(st.integers(0, 9)) == 0:
        document[draw(st.sampled_from(["Id", "Conditions", "statement"]))] = draw(st.sampled_from(["x", 1]))
    if draw(st.integers(0, 19)) == 0:
        document["Statement"] = draw(st.sampled_from([[], {}, "x", None, [[]]]))
    return document


def moto_refuses(text: str) -> str | None:
    try:
        moto.IAMPolicyDocumentValidator(text).validate()
    except moto.MalformedPolicyDocument as error:
        return str(error.message)
    except (AttributeError, TypeError, IndexError) as error:
        return f"moto breaks: {error!r}"
    return None


def our_errors(text: str) -> set[Code]:
    try:
        Policy.parse(text, kind="identity")
    except PolicyError as error:
        return {d.code for d in error.diagnostics if d.severity is Severity.ERROR}
    return set()


SEEN: Counter[str] = Counter()


@settings(max_examples=600)
@given(documents())
def test_it_refuses_what_moto_refuses_but_for_rules_that_say_otherwise(document: Any) -> None:
    text = json.dumps(document)
    theirs, ours = moto_refuses(text), our_errors(text)
    SEEN["refused" if theirs else "accepted"] += 1
    if theirs and not ours:
        assert refused_by_moto_only(document), theirs
    if ours and not theirs:
        assert ours <= REFUSED_BY_US_ONLY.keys(), ours


def test_the_documents_were_of_both_kinds() -> None:
    if sum(SEEN.values()) >= 100:
        assert min(SEEN["refused"], SEEN["accepted"]) * 20 > sum(SEEN.values())
