"""Function ARNs and their qualifiers (semantics L2, L4)."""

from __future__ import annotations

import pytest

from lampolicy.diagnostic import InvalidName
from lampolicy.names import (
    UNQUALIFIED,
    Alias,
    FunctionArn,
    Latest,
    Qualifier,
    Version,
    is_function_arn,
    parse_qualifier,
)

F = "arn:aws:lambda:eu-west-1:111122223333:function:thumbnails"


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        (F, UNQUALIFIED),
        (f"{F}:$LATEST", Latest()),
        (f"{F}:$LATEST.PUBLISHED", Latest(published=True)),
        (f"{F}:1", Version("1")),
        (f"{F}:42", Version("42")),
        (f"{F}:live", Alias("live")),
        (f"{F}:1a", Alias("1a")),
        (f"{F}:v-1_b", Alias("v-1_b")),
    ],
)
def test_every_way_to_address_a_function_is_read_and_written_back(text: str, qualifier: Qualifier) -> None:
    arn = FunctionArn.parse(text)
    assert arn.qualifier == qualifier
    assert (arn.partition, arn.region, arn.account, arn.name) == ("aws", "eu-west-1", "111122223333", "thumbnails")
    assert str(arn) == text
    assert str(arn.unqualified) == F


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-north-1", "ap-southeast-12", "us-iso-east-1"])
def test_regions_of_all_partitions_are_read(region: str) -> None:
    assert FunctionArn.parse(f"arn:aws-cn:lambda:{region}:111122223333:function:f").region == region


@pytest.mark.parametrize(
    "text",
    [
        "thumbnails",
        "arn:aws:lambda:eu-west-1:111122223333:web-function/thumbnails/endpoint/E1",
        "arn:aws:lambda:eu-west-1:111122223333:function",
        "arn:aws:lambda:eu-west-1:111122223333:function:",
        f"{F}:",
        f"{F}:live:",
        f"{F}:live/durable-execution/n/1",
        f"{F}:$latest",
        f"{F}\n",
        f"{F}:1\n",
        f"{F}:live\n",
        f"{F}:*",
        "arn:aws:lambda:eu-west-1:111122223333:function:thumb*",
        "arn:aws:lambda:eu-west-1:111122223333:layer:common:3",
        "arn:aws:lambda:eu-west-1:111122223333:event-source-mapping:0e4d",
        "arn:aws:lambda:*:111122223333:function:f",
        "arn:aws:lambda::111122223333:function:f",
        "arn:aws:lambda:eu-west-1:11112222333:function:f",
        "arn:aws:lambda:eu-west-1:\u0661\u0661\u0661\u0661222233334:function:f",
        "arn:aws:s3:eu-west-1:111122223333:function:f",
        "arn:AWS:lambda:eu-west-1:111122223333:function:f",
        f"arn:aws:lambda:eu-west-1:111122223333:function:{'f' * 141}",
    ],
)
def test_what_is_no_function_is_refused_not_mangled(text: str) -> None:
    assert not is_function_arn(text)
    with pytest.raises(InvalidName):
        FunctionArn.parse(text)


def test_a_name_may_have_140_characters() -> None:
    assert is_function_arn(f"arn:aws:lambda:eu-west-1:111122223333:function:{'f' * 140}")


def test_another_qualifier_of_the_same_function() -> None:
    arn = FunctionArn.parse(f"{F}:live")
    assert str(arn.qualified("$LATEST")) == f"{F}:$LATEST"
    assert str(arn.qualified(Version("7"))) == f"{F}:7"


@pytest.mark.parametrize("text", ["a" * 129, "a b", "\u00e9", "1\n", "*"])
def test_no_qualifier(text: str) -> None:
    with pytest.raises(InvalidName):
        parse_qualifier(text)


def test_an_alias_is_not_digits_alone_and_a_version_is() -> None:
    with pytest.raises(InvalidName):
        Alias("12")
    with pytest.raises(InvalidName):
        Version("v12")
