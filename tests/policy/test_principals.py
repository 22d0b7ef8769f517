"""Who a statement is about (semantics G9 to G15)."""

from __future__ import annotations

import pytest

from lampolicy.diagnostic import Code
from lampolicy.policy import AllExcept, Only, Policy, PrincipalPattern, PrincipalType
from tests.policy.faulty import ROLE, aws_text, document, found, refused, statement, warned

WRITTEN_FOR_SOMEBODY = ["function", "layer", "bucket", "queue", "topic", "secret", "key", "trust", "rcp"]


@pytest.mark.parametrize("kind", ["identity", "boundary", "session", "scp"])
@pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
def test_an_identity_policy_names_no_principal_g9(kind: str, element: str) -> None:
    source = document(statement(kind, **{element: "*"}))
    assert refused(source, kind) == {Code.PRINCIPAL_FORBIDDEN}


@pytest.mark.parametrize("kind", WRITTEN_FOR_SOMEBODY)
def test_a_resource_policy_names_a_principal_g9(kind: str) -> None:
    assert refused(document(statement(kind, Principal=None)), kind) == {Code.NO_PRINCIPAL}


@pytest.mark.parametrize("kind", ["resource", "endpoint"])
def test_where_services_differ_a_statement_for_nobody_is_a_warning_g9(kind: str) -> None:
    source = document(statement(kind, Principal=None))
    assert warned(source, kind) == {Code.NO_PRINCIPAL}
    assert getattr(Policy.parse(source, kind=kind).statements[0], "principals", "?") is None


def test_principal_and_not_principal_exclude_each_other_g9() -> None:
    source = document(statement("bucket", Effect="Deny", NotPrincipal="*"))
    assert refused(source, "bucket") == {Code.PRINCIPAL_AND_NOT_PRINCIPAL}


AWS_FORMS = [
    "*",
    "111122223333",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:user/path/u",
    ROLE,
    "arn:aws:sts::111122223333:assumed-role/r/s",
    "arn:aws:sts::111122223333:federated-user/n",
    "arn:aws-cn:iam::111122223333:root",
]


@pytest.mark.parametrize("value", AWS_FORMS)
@pytest.mark.parametrize("kind", ["bucket", "trust", "key", "endpoint"])
def test_the_forms_of_an_aws_principal_g10(kind: str, value: str) -> None:
    assert found(document(statement(kind, Principal={"AWS": value})), kind) == set()


@pytest.mark.parametrize(
    "value", ["", "me", "arn:aws:iam::111122223333:group/g", "arn:aws:s3:::b", "11112222333", "arn:aws:iam::1:role/r"]
)
@pytest.mark.parametrize("kind", ["bucket", "trust", "function", "resource"])
def test_other_texts_are_no_aws_principal_g10(kind: str, value: str) -> None:
    assert refused(document(statement(kind, Principal={"AWS": value})), kind) == {Code.BAD_PRINCIPAL}


def test_iam_names_the_principal_it_does_not_know() -> None:
    source = document(statement("trust", Principal={"AWS": "me"}))
    assert aws_text(source, "trust") == 'Invalid principal in policy: "AWS":"me"'


@pytest.mark.parametrize(
    "value", ["AIDAACKCEVSQ6C2EXAMPLE", "AROAACKCEVSQ6C2EXAMPLE", "AROAACKCEVSQ6C2EXAMPLE:session"]
)
def test_an_id_means_that_its_owner_was_deleted_g15(value: str) -> None:
    assert warned(document(statement("trust", Principal={"AWS": value})), "trust") == {Code.PRINCIPAL_ID}


@pytest.mark.parametrize("value", ["arn:aws:iam::111122223333:role/*", "arn:aws:iam::111122223333:role/Dev?"])
def test_a_wildcard_inside_a_principal_g11(value: str) -> None:
    for kind in ("trust", "bucket", "key"):
        assert refused(document(statement(kind, Principal={"AWS": value})), kind) == {Code.PRINCIPAL_WILDCARD}
    for kind in ("resource", "endpoint", "queue", "topic"):
        assert warned(document(statement(kind, Principal={"AWS": value})), kind) == {Code.PRINCIPAL_WILDCARD}


def test_a_service_is_named_in_full_g10_g11() -> None:
    assert (
        found(
            document(statement("trust", Principal={"Service": ["a.amazonaws.com", "b.us-east-1.amazonaws.com.cn"]})),
            "trust",
        )
        == set()
    )
    assert refused(document(statement("trust", Principal={"Service": "*.amazonaws.com"})), "trust") == {
        Code.PRINCIPAL_WILDCARD
    }
    assert refused(document(statement("trust", Principal={"Service": "lambda"})), "trust") == {Code.BAD_PRINCIPAL}


def test_canonical_users_belong_to_buckets_g10() -> None:
    principal = {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}
    assert found(document(statement("bucket", Principal=principal)), "bucket") == set()
    assert refused(document(statement("trust", Principal=principal)), "trust") == {Code.PRINCIPAL_TYPE}
    assert refused(document(statement("bucket", Principal={"CanonicalUser": "x"})), "bucket") == {Code.BAD_PRINCIPAL}


@pytest.mark.parametrize("written", ["me", "arn:aws:iam::111122223333:root", "**"])
def test_only_the_star_stands_without_a_type_g10(written: str) -> None:
    assert refused(document(statement("bucket", Principal=written)), "bucket") == {Code.BAD_PRINCIPAL}


@pytest.mark.parametrize("written", [["*"], 1, True, {"AWS": 1}, {"AWS": [1]}, {"AWS": {"a": "b"}}])
def test_principals_have_one_shape_g10(written: object) -> None:
    assert refused(document(statement("bucket", Principal=written)), "bucket") == {Code.WRONG_TYPE}


@pytest.mark.parametrize("written", [{}, {"AWS": []}])
def test_a_principal_names_somebody_g10(written: object) -> None:
    assert refused(document(statement("bucket", Principal=written)), "bucket") == {Code.NO_PRINCIPAL}


def test_types_are_written_letter_by_letter_g10() -> None:
    assert Code.PRINCIPAL_TYPE in refused(document(statement("bucket", Principal={"aws": "*"})), "bucket")


def test_several_types_are_one_list_g13() -> None:
    policy = Policy.parse(
        document(statement("bucket", Principal={"AWS": [ROLE, "*"], "Service": "a.amazonaws.com"})), kind="bucket"
    )
    assert getattr(policy.statements[0], "principals", None) == Only(
        (
            PrincipalPattern(PrincipalType.AWS, ROLE),
            PrincipalPattern(PrincipalType.AWS, "*"),
            PrincipalPattern(PrincipalType.SERVICE, "a.amazonaws.com"),
        )
    )


def test_not_principal_stands_beside_deny_only_g14() -> None:
    denied = statement("bucket", Effect="Deny", Principal=None, NotPrincipal={"AWS": ROLE})
    assert found(document(denied), "bucket") == set()
    policy = Policy.parse(document(denied), kind="bucket")
    assert isinstance(getattr(policy.statements[0], "principals", None), AllExcept)
    assert refused(document({**denied, "Effect": "Allow"}), "bucket") == {Code.NOT_PRINCIPAL_FORBIDDEN}


@pytest.mark.parametrize("kind", ["trust", "layer", "rcp"])
def test_not_principal_never_stands_in_some_kinds_g14(kind: str) -> None:
    source = document(statement(kind, Effect="Deny", Principal=None, NotPrincipal={"AWS": "*"}))
    assert Code.NOT_PRINCIPAL_FORBIDDEN in refused(source, kind)


def test_federated_principals_mean_something_in_trust_policies_only_g10() -> None:
    principal = {"Federated": "accounts.google.com"}
    assert warned(document(statement("bucket", Principal=principal)), "bucket") == {Code.PRINCIPAL_TYPE}
