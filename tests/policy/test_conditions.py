"""Conditions and their values (semantics G16 to G18, G23, C2, C13, C14, O4 to O11, V1 to V3)."""

from __future__ import annotations

import pytest

from lampolicy.diagnostic import Code
from lampolicy.policy import BaseOperator, Condition, Operator, Policy, Quantifier
from tests.policy.faulty import aws_text, document, found, refused, statement, warned


def with_condition(condition: object, kind: str = "identity", **changes: object) -> dict[str, object]:
    return document(statement(kind, Condition=condition), **changes)


def with_value(operator: str, value: object, kind: str = "identity", **changes: object) -> dict[str, object]:
    return with_condition({operator: {"aws:RequestTag/x": value}}, kind, **changes)


def test_every_operator_is_read_in_all_its_forms_c2() -> None:
    for base in BaseOperator:
        for quantifier in (None, *Quantifier):
            for if_exists in {False, base is not BaseOperator.NULL}:
                operator = Operator(base, quantifier, if_exists)
                policy = Policy.parse(with_value(str(operator), []), kind="identity")
                assert policy.statements[0].conditions == (Condition(operator, "aws:RequestTag/x", ()),)


@pytest.mark.parametrize(
    "name",
    [
        "stringEquals",
        "StringEqual",
        "NullIfExists",
        "StringEqualsIfExistsIfExists",
        "StringEqualsIfExistsForAnyValue",
        "forAnyValue:StringEquals",
        "ForAnyValue:ForAnyValue:StringEquals",
        "ForAnyValue:",
        "boolIfExists",
        "",
    ],
)
def test_operators_are_written_letter_by_letter_g17(name: str) -> None:
    assert refused(with_value(name, "x")) == {Code.UNKNOWN_OPERATOR}
    assert aws_text(with_value(name, "x")) == f"Invalid Condition type : {name}"


def test_an_operator_without_keys_demands_nothing_g16() -> None:
    assert warned(with_condition({"StringEquals": {}})) == {Code.OPERATOR_WITHOUT_KEYS}
    assert warned(with_condition({"Unheard": {}})) == {Code.OPERATOR_WITHOUT_KEYS}
    assert found(with_condition({})) == set()


@pytest.mark.parametrize("condition", [None, [], "x", {"StringEquals": "x"}, {"StringEquals": []}, {"Unheard": 1}])
def test_conditions_are_objects_of_objects_g16(condition: object) -> None:
    source: dict[str, object] = {"Version": "2012-10-17", "Statement": [{**statement(), "Condition": condition}]}
    assert refused(source) == {Code.WRONG_TYPE}
    assert aws_text(source) == "Syntax errors in policy."


@pytest.mark.parametrize("value", [None, {}, [None], [[]], [{}], ["a", None]])
def test_values_are_scalars_g16(value: object) -> None:
    assert refused(with_value("StringEquals", value)) == {Code.WRONG_TYPE}


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (True, ("true",)),
        (False, ("false",)),
        (3, ("3",)),
        (1.5, ("1.5",)),
        ("", ("",)),
        (["a", True, 2], ("a", "true", "2")),
    ],
)
def test_every_scalar_is_read_as_text_g16(value: object, read: tuple[str, ...]) -> None:
    policy = Policy.parse(with_value("StringEquals", value), kind="identity")
    assert policy.statements[0].conditions[0].values == read


def test_a_condition_key_may_not_stand_twice_in_another_case_g18() -> None:
    condition = {"StringEquals": {"aws:SourceArn": "a", "AWS:sourcearn": "b"}}
    assert refused(with_condition(condition)) == {Code.DUPLICATE_CONDITION_KEY}
    assert found(with_condition({"StringEquals": {"aws:x": "a"}, "StringLike": {"AWS:X": "b"}})) == set()


def test_an_empty_list_of_values_is_stored_with_a_warning_c14() -> None:
    assert warned(with_value("StringEquals", [])) == {Code.NO_VALUES}


def test_unknown_keys_are_no_fault_c15() -> None:
    assert found(with_condition({"StringEquals": {"unheard:of": "x", "nothing": "y"}})) == set()


MALFORMED = [
    ("NumericEquals", "NaN"),
    ("NumericLessThan", ""),
    ("NumericEquals", "0x10"),
    ("NumericEquals", " 1"),
    ("NumericEquals", "1e2147483648"),
    ("DateEquals", "not-a-date"),
    ("DateEquals", "2030-13-01"),
    ("DateEquals", "2030-01-01T24:00:00Z"),
    ("DateEquals", "2030-01-01T00:00:00.1234567890Z"),
    ("DateGreaterThan", "9223372036854775808"),
    ("IpAddress", "10.0.0.0/33"),
    ("NotIpAddress", "not-an-ip"),
    ("IpAddress", "2001:db8::/129"),
    ("IpAddress", "2001:db8::5/64"),
    ("IpAddress", "2001:db8::192.0.2.0/120"),
    ("ArnLike", "not-an-arn"),
    ("ArnNotEquals", "arn:aws:s3"),
]


@pytest.mark.parametrize(("operator", "value"), MALFORMED)
@pytest.mark.parametrize("kind", ["identity", "boundary", "trust", "scp", "rcp"])
def test_malformed_values_are_refused_where_iam_stores_the_policy_g23(kind: str, operator: str, value: str) -> None:
    assert refused(with_value(operator, value, kind), kind) == {Code.BAD_LITERAL}


@pytest.mark.parametrize(("operator", "value"), MALFORMED)
def test_session_policies_keep_malformed_values_g23(operator: str, value: str) -> None:
    assert warned(with_value(operator, value, "session"), "session") <= {
        Code.BAD_LITERAL,
        Code.LITERAL_MATCHES_NOTHING,
    }


@pytest.mark.parametrize("value", ["YQ", "YR==", "no-binary", "YQ==\n", "é"])
@pytest.mark.parametrize("kind", ["identity", "session", "bucket"])
def test_base64_is_canonical_everywhere_o7(kind: str, value: str) -> None:
    assert refused(with_value("BinaryEquals", value, kind), kind) == {Code.BAD_LITERAL}


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("NumericEquals", "+1"),
        ("NumericEquals", "01"),
        ("NumericEquals", "1.0e0"),
        ("NumericEquals", 3),
        ("DateEquals", "2030-01-01"),
        ("DateEquals", "2030-01-01t00:00:00z"),
        ("DateEquals", "2030-01-01T00:00:00.123456789+01:00"),
        ("DateEquals", "2030-01-01T00:00:00+01"),
        ("DateEquals", "0"),
        ("DateEquals", "9223372036854775807"),
        ("IpAddress", "192.0.2.5/24"),
        ("IpAddress", "192.000.002.0/024"),
        ("IpAddress", "192.0.2.0/+24"),
        ("IpAddress", "2001:db8::1/128"),
        ("IpAddress", "::/0"),
        ("ArnLike", "arn:aws:s3:::*"),
        ("ArnLike", "*:*:*:*:*:*"),
        ("ArnLike", "${aws:PrincipalArn}"),
        ("BinaryEquals", "YQ=="),
        ("Bool", True),
        ("Null", "TRUE"),
    ],
)
def test_well_formed_values_are_no_fault_g23(operator: str, value: object) -> None:
    assert found(with_value(operator, value)) == set()


def test_an_ipv4_mapped_network_is_stored_but_never_matches_o8() -> None:
    assert warned(with_value("IpAddress", "::ffff:c000:200/120")) == {Code.LITERAL_MATCHES_NOTHING}
    assert refused(with_value("IpAddress", "::ffff:192.0.2.0/120")) == {Code.BAD_LITERAL}


@pytest.mark.parametrize("operator", ["Bool", "Null", "BoolIfExists"])
def test_other_texts_than_true_and_false_are_false_c13_o6(operator: str) -> None:
    assert warned(with_value(operator, "yes")) == {Code.LITERAL_MATCHES_NOTHING}


@pytest.mark.parametrize("version", ["2008-10-17", None])
def test_variables_are_plain_text_before_2012_v3(version: str | None) -> None:
    source = document(statement(Resource="arn:aws:s3:::b/${aws:username}"), Version=version)
    assert warned(source) == {Code.OLD_VERSION, Code.VARIABLE_WITHOUT_VERSION}
    assert Code.VARIABLE_WITHOUT_VERSION in warned(with_value("StringLike", "${*}", Version=version))


@pytest.mark.parametrize(
    ("operator", "value"), [("NumericEquals", "${aws:x}"), ("Bool", "${aws:x}"), ("IpAddress", "${aws:x}")]
)
def test_variables_are_read_by_string_and_arn_operators_only_v2(operator: str, value: str) -> None:
    assert warned(with_value(operator, value)) == {Code.VARIABLE_NOT_READ}


def test_variables_are_read_behind_the_fifth_colon_only_v2() -> None:
    assert warned(document(statement(Resource="arn:aws:lambda:us-east-1:${aws:x}:function:f"))) == {
        Code.VARIABLE_NOT_READ
    }
    principal = {"AWS": "arn:aws:iam::111122223333:user/${aws:username}"}
    assert warned(document(statement("bucket", Principal=principal)), "bucket") == {Code.VARIABLE_NOT_READ}


@pytest.mark.parametrize("text", ["${}", "${ aws:x}", "${aws:x,'d'}", "${aws:x, d}", "${a b}"])
def test_a_variable_has_one_form_v1(text: str) -> None:
    assert warned(with_value("StringEquals", text)) == {Code.BAD_VARIABLE}


@pytest.mark.parametrize(
    "text", ["${aws:x}", "${aws:x, 'd'}", "${aws:x,  ''}", "${*}", "${?}", "${$}", "a${aws:PrincipalTag/b}c", "${"]
)
def test_variables_as_documented_are_no_fault_v1_v6(text: str) -> None:
    assert found(with_value("StringEquals", text)) == set()
