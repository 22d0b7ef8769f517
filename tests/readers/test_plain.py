"""Plain policy documents: kind and owner by words and path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import pytest

from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import PolicyKind
from lampolicy.readers import Loaded

A = "111122223333"
F = f"arn:aws:lambda:eu-west-1:{A}:function:thumbnails"
ROLE = {"Role": {"RoleName": "thumbnails", "RoleId": "AROA1", "Arn": f"arn:aws:iam::{A}:role/app/thumbnails"}}

Read: TypeAlias = Callable[[Mapping[str, object]], Loaded]


def document(**statement: object) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}


IDENTITY = document(Action="s3:GetObject", Resource="*")
TRUST = document(Action="sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
FUNCTION = document(Action="lambda:InvokeFunction", Principal={"AWS": A}, Resource=F)
BUCKET = document(Action="s3:GetObject", Principal={"AWS": A}, Resource="arn:aws:s3:::photos/*")


def codes(loaded: Loaded) -> list[tuple[Code, Severity]]:
    return [(d.diagnostic.code, d.diagnostic.severity) for d in loaded.everything()]


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        ("policy.json", IDENTITY, PolicyKind.IDENTITY),
        ("anything.json", TRUST, PolicyKind.TRUST),
        ("trust-policy.json", document(Action="sts:AssumeRole"), PolicyKind.TRUST),
        ("x.json", FUNCTION, PolicyKind.FUNCTION),
        ("x.json", BUCKET, PolicyKind.BUCKET),
        ("x.json", document(Action="sqs:*", Principal="*", Resource="*"), PolicyKind.RESOURCE),
        ("vpc-endpoint.json", document(Action="*", Principal="*", Resource="*"), PolicyKind.ENDPOINT),
        ("scps/root/x.json", IDENTITY, PolicyKind.SERVICE_CONTROL),
        ("roles/thumbnails/boundary.json", IDENTITY, PolicyKind.BOUNDARY),
    ],
)
def test_the_kind(read: Read, path: str, value: object, kind: PolicyKind) -> None:
    assert [d.kind for d in read({path: value}).documents] == [kind]


def test_the_manifest_knows_better(read: Read) -> None:
    manifest = '[files."s*.json"]\nkind = "session"\n'
    assert [d.kind for d in read({"organization.toml": manifest, "s.json": IDENTITY}).documents] == [PolicyKind.SESSION]


def test_a_policy_by_itself_is_checked_and_hangs_on_nobody(read: Read) -> None:
    loaded = read({"policy.json": IDENTITY})
    assert [(d.name, d.pointer, d.encoded) for d in loaded.documents] == [("policy", (), False)]
    assert codes(loaded) == []


def test_the_folder_of_a_role(read: Read) -> None:
    loaded = read(
        {
            f"account-{A}/role.json": ROLE,
            f"account-{A}/roles/thumbnails/trust.json": TRUST,
            f"account-{A}/roles/thumbnails/read.json": IDENTITY,
            f"account-{A}/roles/thumbnails/boundary.json": IDENTITY,
        }
    )
    organization = loaded.organization
    (role,) = organization.roles
    assert role.arn == f"arn:aws:iam::{A}:role/app/thumbnails"
    assert role.trust is not None
    found = organization.policies_for(organization.principal(role.arn), "*")
    assert [p.name for p in found.identity] == ["role/thumbnails/inline:read"]
    assert found.boundary is not None
    assert codes(loaded) == []


def test_a_role_that_only_its_folder_names(read: Read) -> None:
    loaded = read({f"{A}/roles/ci/trust.json": TRUST, f"{A}/users/ana/own.json": IDENTITY})
    assert [r.arn for r in loaded.organization.roles] == [f"arn:aws:iam::{A}:role/ci"]
    assert [u.arn for u in loaded.organization.users] == [f"arn:aws:iam::{A}:user/ana"]


def test_a_folder_of_managed_policies(read: Read) -> None:
    loaded = read({f"{A}/policies/Shared.json": IDENTITY})
    assert [m.arn for m in loaded.organization.managed] == [f"arn:aws:iam::{A}:policy/Shared"]


def test_a_function_policy_needs_no_folder(read: Read) -> None:
    (function,) = read({"x.json": FUNCTION}).organization.functions
    assert [str(arn) for arn, _ in function.policies] == [F]


def test_a_trust_policy_of_no_role_is_said(read: Read) -> None:
    assert codes(read({"trust.json": TRUST})) == [(Code.NO_OWNER, Severity.WARNING)]


@pytest.mark.parametrize("statement", ["{}", "3", "[]", "[[]]"])
def test_what_is_hardly_a_policy_is_a_fault_and_no_accident(read: Read, statement: str) -> None:
    loaded = read({"x.json": f'{{"Statement": {statement}}}'})
    assert any(severity is Severity.ERROR for _, severity in codes(loaded))
