"""A template written and read as what it deploys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from lampolicy.diagnostic import Code, Severity
from lampolicy.readers import Loaded

ACCOUNT = "111122223333"
REGION = "eu-west-1"
Deploy: TypeAlias = Callable[..., Loaded]

TRUST = """
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]"""


def role(resource: str, *, head: str = "", more: str = "") -> str:
    """A template whose role may read one resource, written in YAML; at line 15 behind `head`."""
    return f"""\
{head}Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker{TRUST}
      Policies:
        - PolicyName: use
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              - Effect: Allow
                Action: s3:GetObject
                Resource: {resource}
{more}"""


def granted(loaded: Loaded) -> list[tuple[str, ...]]:
    """The resources that the inline policies of all roles name."""
    return [
        s.resources.patterns  # type: ignore[union-attr]
        for r in loaded.organization.roles
        for policy in r.inline
        for s in policy.statements
    ]


def faults(loaded: Loaded) -> list[tuple[Code, str, int | None, int | None]]:
    """Code, message, line and column of everything that is wrong."""
    return [_said(fault.diagnostic) for fault in loaded.faults]


def others(loaded: Loaded, severity: Severity = Severity.WARNING) -> list[tuple[Code, str, int | None, int | None]]:
    """The same of everything else of one severity."""
    return [_said(said.diagnostic) for said in loaded.everything() if said.diagnostic.severity is severity]


def _said(diagnostic: Any) -> tuple[Code, str, int | None, int | None]:
    span = diagnostic.span
    return diagnostic.code, diagnostic.message, span and span.line, span and span.column


def write(folder: Path, name: str, text: str) -> Path:
    """Write a file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
