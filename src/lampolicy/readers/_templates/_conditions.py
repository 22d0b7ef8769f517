"""Conditions of a template: whether each holds, as far as that can be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lampolicy.catalog import near
from lampolicy.diagnostic import Pointer
from lampolicy.readers._templates._template import Template, is_object
from lampolicy.readers._templates._value import MEND, Unknown, Value, bad, text_of
from lampolicy.readers._yaml import Plain

_DEEPEST: Final = 40


class Conditions:
    """The conditions of one template; each is told once."""

    def __init__(self, template: Template, resolve: Callable[[Plain, Pointer], Value]) -> None:
        self._template = template
        self._resolve = resolve
        self._known: dict[str, bool | Unknown] = {}
        self._pending: set[str] = set()
        self._depth = 0

    def holds(self, name: str, at: Pointer) -> bool | Unknown:
        """Tell whether a condition holds."""
        conditions = self._template.section("Conditions")
        if name not in conditions:
            close = near(name, conditions, closeness=0.6)
            help_ = f"did you mean `{close}`?" if close else MEND
            return bad(f"the template has no condition `{name}`", at, help_)
        if name in self._pending:
            return bad(f"the condition `{name}` rests on itself", at)
        if name not in self._known:
            self._pending.add(name)
            try:
                self._known[name] = self._held(conditions[name], ("Conditions", name))
            finally:
                self._pending.discard(name)
        return self._known[name]

    def _held(self, value: Plain, at: Pointer) -> bool | Unknown:
        self._depth += 1
        try:
            if self._depth >= _DEEPEST:
                return bad("this condition is nested too deep", at, "make the template simpler")
            return self._truth(value, at)
        finally:
            self._depth -= 1

    def _truth(self, value: Plain, at: Pointer) -> bool | Unknown:
        key, argument = next(iter(value.items()), ("", None)) if is_object(value) and len(value) == 1 else ("", None)
        inside = (*at, key)
        parts = argument if isinstance(argument, list) else []
        if key == "Condition" and isinstance(argument, str):
            return self.holds(argument, inside)
        if key == "Fn::Equals" and len(parts) == 2:
            return self._equal(parts, inside)
        if key == "Fn::Not" and len(parts) == 1:
            held = self._held(parts[0], (*inside, 0))
            return held if isinstance(held, Unknown) else not held
        if key in {"Fn::And", "Fn::Or"} and parts:
            return self._several([self._held(part, (*inside, i)) for i, part in enumerate(parts)], key == "Fn::Or")
        return bad("a condition is `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not` or another `Condition`", at)

    def _equal(self, parts: list[Plain], at: Pointer) -> bool | Unknown:
        left, right = (self._resolve(part, (*at, i)) for i, part in enumerate(parts))
        unknown = Unknown.of([left, right])
        if unknown is not None:
            return unknown
        texts = text_of(left), text_of(right)
        return texts[0] == texts[1] if None not in texts else left == right

    @staticmethod
    def _several(held: list[bool | Unknown], wanted: bool) -> bool | Unknown:  # noqa: FBT001 - which of two functions
        """`Fn::Or` holds if one does, whatever the others come to; `Fn::And` fails likewise."""
        if any(one is wanted for one in held):
            return wanted
        return Unknown.of([one for one in held if isinstance(one, Unknown)]) or (not wanted)
