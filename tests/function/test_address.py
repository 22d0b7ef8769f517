"""Function addresses in every form Lambda takes (semantics L2)."""

from __future__ import annotations

from typing import Any

import pytest

from lampolicy import Authorizer, FunctionArn, InvalidName, Organization
from lampolicy.function import Address, QualifierMismatch
from lampolicy.organization import Function

A, B = "111111111111", "222222222222"
F = f"arn:aws:lambda:us-east-1:{A}:function:f"
OTHERS = (
    f"arn:aws:lambda:eu-west-1:{A}:function:g",
    f"arn:aws:lambda:us-east-1:{B}:function:f",
    f"arn:aws-cn:lambda:cn-north-1:{A}:function:h",
)
AUTHORIZER = Authorizer(Organization(functions=tuple(Function(FunctionArn.parse(arn)) for arn in (F, *OTHERS))))


@pytest.mark.parametrize("front", [f"{A}:function:", f"{A}:", f"us-east-1:{A}:function:", f"us-east-1:{A}:", F[:-1]])
@pytest.mark.parametrize("place", ["nowhere", "name", "parameter", "both"])
@pytest.mark.parametrize("qualifier", ["1", "live", "$LATEST", "$LATEST.PUBLISHED"])
def test_each_form_is_authorized_on_the_qualified_arn_l2(front: str, place: str, qualifier: str) -> None:
    name = f"{front}f:{qualifier}" if place in {"name", "both"} else f"{front}f"
    told = qualifier if place in {"parameter", "both"} else None

    assert str(AUTHORIZER.function(name, told).arn) == (F if place == "nowhere" else f"{F}:{qualifier}")


@pytest.mark.parametrize("name", ["g", "function:g", "function:g:live", "g:live"])
def test_a_name_alone_tells_neither_account_nor_region_l2(name: str) -> None:
    address = Address.parse(name)

    assert (address.name, address.account, address.region, address.partition) == ("g", None, None, None)
    assert str(AUTHORIZER.function(name).arn) == OTHERS[0] + (":live" if name.endswith(":live") else "")


def test_a_function_may_be_called_function() -> None:
    assert Address.parse("function") == Address("function", Address.parse("f").qualifier)
    assert str(Address.parse("function:function:live").qualifier) == "live"


def test_the_region_of_a_partial_arn_counts() -> None:
    with pytest.raises(InvalidName, match="no function of the organization"):
        AUTHORIZER.function(f"eu-west-1:{A}:function:f")


@pytest.mark.parametrize("given", ["2", "$LATEST", "prod"])
@pytest.mark.parametrize("front", ["", "function:", f"{A}:function:", F[:-1]])
def test_two_qualifiers_that_differ_are_refused_in_lambdas_words_l2(front: str, given: str) -> None:
    with pytest.raises(QualifierMismatch) as refused:
        Address.parse(f"{front}f:1", given)
    text = "The derived qualifier from the function name does not match the specified qualifier."
    assert (refused.value.aws.code, refused.value.aws.text) == ("InvalidParameterValueException", text)


def test_a_name_has_64_characters_and_in_an_arn_140() -> None:
    assert Address.parse("x" * 64).name == "x" * 64
    assert Address.parse(F[:-1] + "x" * 140).name == "x" * 140
    for text in ("x" * 65, F[:-1] + "x" * 141):
        with pytest.raises(InvalidName):
            Address.parse(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"arn:aws:lambda:us-east-1:{A}:web-function/f/endpoint/e", "it names a web function"),
        (f"{F}:1/durable-execution/n/i", "it names a durable execution"),
        (f"arn:aws:lambda:us-east-1:{A}:layer:f:1", "it names a layer"),
        (f"arn:aws:lambda:us-east-1:{A}:event-source-mapping:f", "it names an event source mapping"),
        (f"arn:aws:lambda:us-east-1:{A}:capacity-provider:f", "it names a capacity provider"),
    ],
)
def test_other_arns_of_lambda_are_called_what_they_are_l22(text: str, what: str) -> None:
    with pytest.raises(InvalidName, match=what):
        Address.parse(text)


@pytest.mark.parametrize(
    "text", ["", "f:", ":f", "f g", "f:a:b", "us-east-1:f", f"{A}:", f"{A}:layer:f", "f\n", 5, None]
)
def test_what_is_no_address_is_refused(text: Any) -> None:
    with pytest.raises(InvalidName):
        AUTHORIZER.function(text)


def test_a_qualifier_is_a_text() -> None:
    qualifier: Any = 5
    with pytest.raises(InvalidName, match="texts, not int"):
        Address.parse("f", qualifier)
