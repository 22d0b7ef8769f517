"""Gathers the faults of one document while it is read."""

from __future__ import annotations

from lampolicy.diagnostic import AwsError, Code, Diagnostic, Pointer, Severity
from lampolicy.policy._kinds import Rules


class Faults:
    """Faults and warnings in the order they are found.

    Attributes:
        rules: What the kind of policy may hold; gives AWS's error code and its usual message.
        found: What was found so far.
    """

    def __init__(self, rules: Rules) -> None:
        """Start with none."""
        self.rules = rules
        self.found: list[Diagnostic] = []

    @property
    def errors(self) -> int:
        """How many of them AWS refuses."""
        return sum(d.severity is Severity.ERROR for d in self.found)

    def error(
        self,
        code: Code,
        message: str,
        at: Pointer,
        *,
        help: str,  # noqa: A002 - the name of the thing
        aws: str | None = None,
        aws_code: str | None = None,
        on_key: bool = False,
    ) -> None:
        """Note what AWS refuses; `aws` is AWS's own message where the kind's usual one is not it."""
        answer = AwsError(aws_code or self.rules.code, aws or self.rules.text)
        self.found.append(Diagnostic(code, message, at, on_key, help, Severity.ERROR, answer))

    def warn(self, code: Code, message: str, at: Pointer, *, help: str, on_key: bool = False) -> None:  # noqa: A002
        """Note what AWS stores, but what does not do what it seems to."""
        self.found.append(Diagnostic(code, message, at, on_key, help, Severity.WARNING))

    def syntax(
        self,
        code: Code,
        message: str,
        at: Pointer,
        *,
        help: str,  # noqa: A002 - the name of the thing
        on_key: bool = False,
        aws: str | None = None,
    ) -> None:
        """Note a fault of the grammar, which IAM answers with one and the same sentence (semantics G22)."""
        answer = aws or self.rules.text or self.rules.json_text
        self.error(code, message, at, help=help, aws=answer, on_key=on_key)
