"""The import contracts of pyproject.toml hold, and the reference knows nothing but types."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

import pytest

import room_map

# What the literal specification may share with the engine: types, and nothing that matches or evaluates.
SHARED_TYPES = {
    "lampolicy.diagnostic": {"InvalidName", "LampolicyError", "RequestError"},
    "lampolicy.names": {"Arn", "is_account_id"},
    "lampolicy.policy": {
        "AllExcept",
        "BaseOperator",
        "BoundaryStatement",
        "Condition",
        "Effect",
        "IdentityStatement",
        "Only",
        "Operator",
        "Policy",
        "PolicyKind",
        "PrincipalPattern",
        "PrincipalType",
        "Quantifier",
        "Selection",
        "ServiceControlStatement",
        "SessionStatement",
        "Statement",
        "StatementId",
        "TrustStatement",
        "Version",
    },
    "lampolicy.request": {
        "MULTIVALUED_KEYS",
        "UNKNOWN",
        "Anonymous",
        "Context",
        "ContextValue",
        "FederatedUser",
        "Principal",
        "Request",
        "RoleSession",
        "Root",
        "Saml",
        "Service",
        "Tags",
        "Unknown",
        "User",
        "WebIdentity",
    },
    "lampolicy.decision": {
        "CALLER_IDENTITY",
        "ROOT_OF_ACCOUNT",
        "SESSION_TOKEN",
        "Allowed",
        "Decision",
        "Determined",
        "ExplicitlyDenied",
        "Grant",
        "ImplicitlyDenied",
        "Missing",
        "OpenTest",
        "Outcome",
        "RuleGrant",
        "Side",
        "Undetermined",
        "all_of",
        "condition_text",
    },
    "lampolicy.organization": {"Levels", "Policies"},
}


def test_the_import_contracts_hold() -> None:
    pytest.importorskip("importlinter", reason="the import contracts need import-linter")
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=room_map.ROOT,
        env={**os.environ, "PYTHONPATH": str(room_map.ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr


def _names_from_other_rooms() -> set[tuple[str, str]]:
    return {
        (node.module, alias.name)
        for module in (room_map.SOURCE / "reference").glob("**/*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module is not None
        for alias in node.names
        if node.module.startswith("lampolicy") and not node.module.startswith("lampolicy.reference")
    }


def test_the_reference_shares_nothing_but_types() -> None:
    shared = {(room, name) for room, names in SHARED_TYPES.items() for name in names}

    assert _names_from_other_rooms() - shared == set()


def test_the_reference_imports_whole_rooms_by_no_other_way() -> None:
    plain = {
        alias.name
        for module in (room_map.SOURCE / "reference").glob("**/*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name.startswith("lampolicy")
    }

    assert plain == set()
