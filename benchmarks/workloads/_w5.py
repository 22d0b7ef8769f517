"""W5: every managed policy of AWS that the `moto` package carries."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from importlib import metadata, util
from pathlib import Path

from benchmarks.workloads._shape import Document


class NoManagedPolicies(RuntimeError):  # noqa: N818 - a finding
    """The `moto` package is not installed, or no longer carries AWS's policies."""


@cache
def managed_policies() -> dict[str, Document]:
    """Documents by name, in order of name."""
    try:
        held = json.loads(_text())
    except (OSError, ValueError, AttributeError) as error:
        raise NoManagedPolicies(f"moto's file of AWS managed policies could not be read: {error}") from error
    return {name: held[name]["Document"] for name in sorted(held)}


@cache
def managed_json() -> bytes:
    """The documents as one JSON object."""
    return json.dumps(managed_policies(), sort_keys=True, separators=(",", ":")).encode()


def managed_checksum() -> str:
    """The sha256 of `managed_json`."""
    return sha256(managed_json()).hexdigest()


def moto_version() -> str:
    """The version of the installed `moto`."""
    try:
        return metadata.version("moto")
    except metadata.PackageNotFoundError:
        return "absent"


def _text() -> str:
    # The file is loaded by itself: `import moto.iam` takes half a second and loads boto3.
    found = util.find_spec("moto")
    if found is None or found.origin is None:
        raise NoManagedPolicies("`moto` is not installed: pip install '.[bench]'")
    path = Path(found.origin).parent / "iam" / "aws_managed_policies.py"
    spec = util.spec_from_file_location("moto_managed_policies", path)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.aws_managed_policies_data)
