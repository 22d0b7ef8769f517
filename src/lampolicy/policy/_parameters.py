"""The parameters of a call of Lambda's API: which there are, which forms they have, and what AWS answers to others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NoReturn

from lampolicy.diagnostic import AwsError, Code, Diagnostic, PolicyError

_CODE: Final = "ValidationException"
_ANSWER: Final = (
    "1 validation error detected: Value {value} at '{name}' failed to satisfy constraint: Member must {what}"
)


@dataclass(frozen=True)
class Form:
    """What a text parameter must look like, as Lambda's API model tells it.

    Attributes:
        pattern: The regular expression it must match as a whole, as AWS writes it in its answer.
        longest: The most characters it may have.
    """

    pattern: str
    longest: int | None = None

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.ASCII)

    def matches(self, value: str) -> bool:
        """Whether the pattern holds."""
        return self._compiled.fullmatch(value) is not None

    def is_short(self, value: str) -> bool:
        """Whether the length does."""
        return self.longest is None or len(value) <= self.longest


STATEMENT_ID: Final = Form("([a-zA-Z0-9-_]+)", 100)
"""The `StatementId` of the calls that add a statement; those that remove one of a function take a dot, too."""


def given(
    parameters: Mapping[str, object], forms: Mapping[str, Form], others: frozenset[str], *, needs: tuple[str, ...] = ()
) -> dict[str, object]:
    """Give the parameters that are told, `None` being none; each must be one of the call's, and have its form.

    Args:
        parameters: The call's parameters.
        forms: The forms of those that are texts.
        others: Names of those that are checked elsewhere.
        needs: Names of those the call cannot do without.

    Raises:
        PolicyError: Lambda refuses one; `.aws` is its answer.
    """
    for name in needs:
        if parameters.get(name) is None:
            _refuse(f"`{name}` is missing", _answer(name, "null", "not be null"))
    told = {name: value for name, value in parameters.items() if value is not None}
    for name, value in told.items():
        if name in forms:
            _check(name, value, forms[name])
        elif name not in others:
            _refuse(f"the call has no parameter `{name}`", AwsError(_CODE))
    return told


def invalid(name: str, value: object) -> NoReturn:
    """Refuse a parameter that has not its form, where AWS's words are not known."""
    _refuse(f"`{value}` is not a value that `{name}` takes", AwsError(_CODE))


def _check(name: str, value: object, form: Form) -> None:
    if not isinstance(value, str):
        invalid(name, value)
    match form.matches(value), form.is_short(value):
        case True, True:
            return
        case False, True if value:
            what = f"satisfy regular expression pattern: {form.pattern}"
        case True, False:
            what = f"have length less than or equal to {form.longest}"
        case _:
            invalid(name, value)
    _refuse(f"`{value}` is not a value that `{name}` takes", _answer(name, f"'{value}'", what))


def _answer(name: str, value: str, what: str) -> AwsError:
    return AwsError(_CODE, _ANSWER.format(value=value, name=name[0].lower() + name[1:], what=what))


def _refuse(message: str, aws: AwsError) -> NoReturn:
    raise PolicyError((Diagnostic(Code.BAD_PARAMETER, message, help="see the parameters of the call", aws=aws),))
