"""The document, its statements and their elements (semantics G1 to G6, G18, G19, G22)."""

from __future__ import annotations

import json

import pytest

from lampolicy.diagnostic import Code, InvalidName, PolicyError
from lampolicy.policy import BoundaryStatement, Effect, Policy, PolicyKind, Version
from tests.policy.faulty import SHAPES, aws_text, document, found, refused, statement, warned


@pytest.mark.parametrize("kind", SHAPES)
def test_every_kind_takes_its_own_statement_without_a_warning(kind: str) -> None:
    assert found(document(statement(kind)), kind) == set()


@pytest.mark.parametrize("kind", PolicyKind)
def test_every_kind_has_a_statement_class_of_its_own(kind: PolicyKind) -> None:
    policies = [Policy.parse(document(statement(str(k))), kind=k) for k in PolicyKind]
    classes = [type(policy.statements[0]) for policy in policies]
    assert len(set(classes)) == len(PolicyKind)
    assert Policy.parse(document(statement(str(kind))), kind=kind).kind is kind


@pytest.mark.parametrize("text", ["[]", '"Statement"', "null", "3"])
def test_a_document_is_one_object_g1(text: str) -> None:
    assert refused(text) == {Code.NOT_AN_OBJECT}


@pytest.mark.parametrize("text", ["", "{", '{"Statement":[]} {}', "{'Statement': []}"])
def test_a_text_that_is_not_json_has_awss_answer_g1(text: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy.parse(text, kind="trust")
    assert caught.value.aws is not None
    assert caught.value.aws.text == "This policy contains invalid Json"
    assert caught.value.text == text


@pytest.mark.parametrize("key", ["statement", "Conditions", "version"])
def test_an_unknown_element_of_the_document_is_refused_g1(key: str) -> None:
    assert Code.UNKNOWN_ELEMENT in refused({**document(statement()), key: "x"})


@pytest.mark.parametrize("key", ["action", "Note", "sid"])
def test_an_unknown_element_of_a_statement_is_refused_g2(key: str) -> None:
    assert refused(document({**statement(), key: "*"})) == {Code.UNKNOWN_ELEMENT}


def test_case_is_the_hint_for_an_element_in_the_wrong_case_g2() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy.parse(document({**statement(), "action": "*"}), kind="identity")
    assert caught.value.diagnostics[0].help == "write `Action`: case counts"
    assert caught.value.diagnostics[0].on_key
    assert caught.value.diagnostics[0].at == ("Statement", 0, "action")


def test_one_statement_may_stand_without_a_list_g3() -> None:
    assert Policy.parse({"Version": "2012-10-17", "Statement": statement()}, kind="identity") == Policy.parse(
        document(statement()), kind="identity"
    )


@pytest.mark.parametrize("written", [[], "x", None, 3])
def test_there_must_be_a_statement_g3(written: object) -> None:
    assert refused({"Version": "2012-10-17", "Statement": written}) <= {Code.MISSING_ELEMENT, Code.WRONG_TYPE}
    assert refused({"Version": "2012-10-17", "Statement": written})
    assert refused({"Version": "2012-10-17"}) == {Code.MISSING_ELEMENT}


@pytest.mark.parametrize("written", ["s", 1, None, []])
def test_a_statement_is_an_object_g3(written: object) -> None:
    assert refused(document(statement(), written)) == {Code.WRONG_TYPE}


def test_a_missing_version_is_that_of_2008_and_a_warning_g4() -> None:
    source = document(statement(), Version=None)
    assert warned(source) == {Code.OLD_VERSION}
    assert Policy.parse(source, kind="identity").version is Version.V2008


def test_a_boundary_must_be_of_version_2012_g4() -> None:
    for version in (None, "2008-10-17"):
        source = document(statement(), Version=version)
        assert refused(source, "boundary") == {Code.VERSION_TOO_OLD}
        assert aws_text(source, "boundary") == "Policy document must be version 2012-10-17 or greater."


@pytest.mark.parametrize("version", ["2012-10-18", "", 2012, None])
def test_there_are_two_versions_g4(version: object) -> None:
    source = {**document(statement()), "Version": version}
    assert refused(source) == {Code.BAD_VERSION}


@pytest.mark.parametrize("effect", ["allow", "denY", "ALLOW"])
def test_the_effects_case_counts_g5(effect: str) -> None:
    source = document(statement(Effect=effect))
    assert refused(source) == {Code.BAD_EFFECT}
    assert aws_text(source) == "The policy failed legacy parsing"


def test_other_effects_are_no_syntax_g5() -> None:
    assert aws_text(document(statement(Effect="Maybe"))) == "Syntax errors in policy."
    assert refused(document(statement(Effect=None))) == {Code.MISSING_ELEMENT}
    assert refused(document(statement(Effect=["Allow"]))) == {Code.WRONG_TYPE}


def test_a_sid_is_unique_but_the_empty_one_may_repeat_g6() -> None:
    twice = document(statement(Sid="a"), statement(Sid="b"), statement(Sid="a"))
    assert refused(twice) == {Code.DUPLICATE_SID}
    assert aws_text(twice) == "Statement IDs (SID) in a single policy must be unique."
    assert found(document(statement(Sid=""), statement(Sid=""))) == set()


def test_iam_takes_letters_and_digits_in_a_sid_other_services_more_g6() -> None:
    assert refused(document(statement(Sid="a b"))) == {Code.BAD_SID}
    assert refused(document(statement("trust", Sid="a-b")), "trust") == {Code.BAD_SID}
    assert found(document(statement("bucket", Sid="a b")), "bucket") == set()
    assert refused(document(statement(Sid=1))) == {Code.WRONG_TYPE}


def test_an_id_is_a_text_g1() -> None:
    assert Policy.parse(document(statement(), Id="x"), kind="identity").id == "x"
    assert refused(document(statement(), Id=1)) == {Code.WRONG_TYPE}


def test_a_key_written_twice_is_refused_g18() -> None:
    assert Code.DUPLICATE_KEY in refused(
        '{"Statement":[{"Effect":"Allow","Action":"a:b","Action":"a:c","Resource":"*"}]}'
    )


def test_characters_above_latin_1_are_refused_in_the_raw_text_only_g19() -> None:
    source = document(statement(Resource="arn:aws:s3:::Ā"))
    assert refused(json.dumps(source, ensure_ascii=False)) == {Code.BAD_CHARACTER}
    assert found(json.dumps(source)) == set()
    assert found(json.dumps(document(statement(Resource="arn:aws:s3:::ÿ")), ensure_ascii=False)) == set()
    bucket = document(statement("bucket", Resource="arn:aws:s3:::Ā"))
    assert found(json.dumps(bucket, ensure_ascii=False), "bucket") == set()


def test_every_fault_is_told_at_once_in_document_order() -> None:
    source = document(statement(Effect="allow", Action="x"), statement(Resource="y", Condition=3), Version="1")
    with pytest.raises(PolicyError) as caught:
        Policy.parse(source, kind="identity", name="n")
    assert [d.at for d in caught.value.diagnostics] == [
        ("Version",),
        ("Statement", 0, "Effect"),
        ("Statement", 0, "Action"),
        ("Statement", 1, "Resource"),
        ("Statement", 1, "Condition"),
    ]
    assert caught.value.name == "n"


def test_aws_answers_with_the_first_fault_of_its_own_order_g22() -> None:
    faulty: list[tuple[dict[str, object], str]] = [
        ({"Action": "x"}, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
        ({"Resource": "x"}, 'Resource x must be in ARN format or "*".'),
        ({"Action": []}, "Policy statement must contain actions."),
        ({"Sid": "a"}, "Statement IDs (SID) in a single policy must be unique."),
        ({"Effect": "allow"}, "The policy failed legacy parsing"),
    ]
    statements: list[dict[str, object]] = [statement(Sid="a")]
    for change, text in faulty:
        statements.append(statement(**change))
        assert aws_text(document(*statements)) == text
    assert aws_text(document(*statements, Version="2000")) == "Syntax errors in policy."


def test_places_begin_at_the_pointer_for_a_value_and_at_the_root_for_a_text() -> None:
    source = document(statement(Effect="x"))
    for given, start in ((source, ("Policy",)), (json.dumps(source), ())):
        with pytest.raises(PolicyError) as caught:
            Policy.parse(given, kind="identity", pointer=("Policy",))
        assert caught.value.diagnostics[0].at == (*start, "Statement", 0, "Effect")


def test_the_statements_keep_what_was_written() -> None:
    policy = Policy.parse(document(statement("boundary", Sid="a")), kind="boundary", name="limits", file="f.json")
    assert policy.statements[0].sid == "a"
    assert policy.statements[0].effect is Effect.ALLOW
    assert isinstance(policy.statements[0], BoundaryStatement)
    assert (policy.name, policy.file) == ("limits", "f.json")


def test_there_are_fifteen_kinds() -> None:
    assert len(PolicyKind) == 15
    with pytest.raises(InvalidName, match="unheard"):
        Policy.parse(document(statement()), kind="unheard")
