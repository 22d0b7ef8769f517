"""What `import lampolicy` shows and what it costs."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import get_type_hints

import pytest

import lampolicy
import room_map

HEAVY = {"click", "hypothesis", "lark", "pydantic", "rich", "yaml"}
PUBLIC = {
    "UNKNOWN",
    "Allowed",
    "Anonymous",
    "Arn",
    "Authorizer",
    "Decision",
    "Diagnostic",
    "DocumentError",
    "ExplicitlyDenied",
    "FederatedUser",
    "FunctionArn",
    "ImplicitlyDenied",
    "InvalidName",
    "LampolicyError",
    "Organization",
    "Policies",
    "Policy",
    "PolicyError",
    "PolicyKind",
    "Request",
    "RequestError",
    "RoleSession",
    "Root",
    "Saml",
    "Service",
    "Undetermined",
    "User",
    "WebIdentity",
    "authorize",
    "explain",
    "load_organization",
    "organization_from_template",
}


def test_the_public_names_are_exactly_these() -> None:
    assert set(lampolicy.__all__) == PUBLIC


def test_every_public_name_is_there() -> None:
    assert [name for name in lampolicy.__all__ if not hasattr(lampolicy, name)] == []


def test_public_names_are_listed_once() -> None:
    assert len(lampolicy.__all__) == len(set(lampolicy.__all__))


def test_the_reference_lists_every_public_name() -> None:
    index = (room_map.ROOT / "docs" / "reference" / "README.md").read_text("utf-8")

    assert [name for name in lampolicy.__all__ if f"`{name}`" not in index] == []


def _printed(program: str) -> list[str]:
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(room_map.ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.split()


def test_importing_lampolicy_loads_nothing_heavy() -> None:
    loaded = _printed("import lampolicy, sys; print(*{name.partition('.')[0] for name in sys.modules})")

    assert HEAVY & set(loaded) == set()


def test_deciding_loads_nothing_heavy() -> None:
    program = """
import lampolicy as lp, sys
text = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
policy = lp.Policy.parse(text, kind="identity")
request = lp.Request(lp.User("arn:aws:iam::111122223333:user/ana"), "lambda:ListFunctions", "*")
assert lp.authorize(request, lp.Policies(identity=[policy]))
print(*{name.partition('.')[0] for name in sys.modules})
"""

    assert HEAVY & set(_printed(program)) == set()


def test_a_room_of_the_same_name_does_not_hide_a_public_name() -> None:
    """Importing the room `lampolicy.explain` sets `lampolicy.explain`; the function must survive that."""
    imports = "; ".join(f"import lampolicy.{room}" for room in room_map.rooms() if room in lampolicy.__all__)
    kinds = "type(getattr(lampolicy, name)).__name__ for name in lampolicy.__all__"

    assert "module" not in _printed(f"{imports}; import lampolicy; print(*({kinds}))")


@pytest.mark.parametrize("name", [name for name in lampolicy.__all__ if isinstance(getattr(lampolicy, name), type)])
def test_hints_of_the_public_classes_can_be_asked_for(name: str) -> None:
    """Strategies and wire formats are built from them, however late a room is loaded."""
    assert isinstance(get_type_hints(getattr(lampolicy, name)), dict)
