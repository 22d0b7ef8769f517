from __future__ import annotations

import json
from pathlib import Path

import pytest
from lark import UnexpectedInput

from lampolicy.jsontext import _grammar
from lampolicy.jsontext._grammar import CHECKOUT, INSTALLED, grammar

from .damage import parser

NAMES = ["json", "policy"]


@pytest.mark.parametrize("name", NAMES)
def test_a_grammar_is_found(name: str) -> None:
    assert "start:" in grammar(name)


@pytest.mark.skipif(
    not (CHECKOUT.is_dir() and INSTALLED.is_dir()),
    reason="grammars stand in the checkout or in the package, not in both",
)
@pytest.mark.parametrize("name", NAMES)
def test_checkout_and_package_hold_the_same_grammars(name: str) -> None:
    assert (CHECKOUT / f"{name}.lark").read_text("utf-8") == (INSTALLED / f"{name}.lark").read_text("utf-8")


def test_without_a_checkout_the_package_holds_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.lark").write_text("start: X", "utf-8")
    monkeypatch.setattr(_grammar, "CHECKOUT", tmp_path / "absent")
    monkeypatch.setattr(_grammar, "INSTALLED", tmp_path)

    assert grammar.__wrapped__("json") == "start: X"


STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


@pytest.mark.parametrize(
    "document",
    [
        {"Statement": STATEMENT},
        {"Version": "2012-10-17", "Id": "x", "Statement": [STATEMENT, STATEMENT]},
        {
            "Statement": {
                "Effect": "Deny",
                "NotAction": ["*", "*:*", "lambda: Invoke"],
                "NotResource": ["arn:aws:s3:::b", None],
            }
        },
        {"Statement": {"Principal": "*", "Effect": "Allow", "Action": "sts:*"}},
        {
            "Statement": {
                "NotPrincipal": {"AWS": ["1", "*"], "Service": "s3.amazonaws.com"},
                "Effect": "Deny",
                "Action": "*",
            }
        },
        {"Statement": STATEMENT | {"Condition": {"Bool": {"aws:SecureTransport": False}, "Null": {"a": ["true"]}}}},
        {"Statement": STATEMENT | {"Condition": {"ForAllValues:StringNotEqualsIgnoreCaseIfExists": {"a": ["1", 2]}}}},
        {"Statement": STATEMENT | {"Condition": {"StringEquals": {}}}},
    ],
)
def test_the_policy_language_holds(document: object) -> None:
    parser("policy").parse(json.dumps(document))


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"statement": STATEMENT},
        {"Statement": []},
        {"Statement": {"effect": "Allow"}},
        {"Statement": {"Effect": "allow"}},
        {"Version": "2012-10-18", "Statement": STATEMENT},
        {"Statement": {"Action": []}},
        {"Statement": {"Action": "GetObject"}},
        {"Statement": {"Action": "a:b:c"}},
        {"Statement": {"Resource": "bucket"}},
        {"Statement": {"Principal": ["*"]}},
        {"Statement": {"Principal": {"aws": "*"}}},
        {"Statement": {"Condition": {"stringEquals": {"a": "b"}}}},
        {"Statement": {"Condition": {"NullIfExists": {"a": "true"}}}},
        {"Statement": {"Condition": {"StringEqualsIfExistsForAnyValue": {"a": "b"}}}},
        {"Statement": {"Condition": {"StringEquals": {"a": None}}}},
        {"Statement": {"Condition": {"StringEquals": "a"}}},
    ],
)
def test_the_policy_language_does_not_hold(document: object) -> None:
    with pytest.raises(UnexpectedInput):
        parser("policy").parse(json.dumps(document))


def test_a_tree_of_the_policy_language_keeps_every_place() -> None:
    tree = parser("policy").parse('{\n "Statement": {\n  "Effect": "Deny"}}')
    effect = next(tree.find_data("effect"))

    assert (effect.meta.line, effect.meta.column, effect.meta.end_column) == (3, 3, 19)
