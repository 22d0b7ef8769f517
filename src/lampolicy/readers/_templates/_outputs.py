"""What stacks export for one another, where several templates are read together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, cast

from lampolicy.diagnostic import Pointer
from lampolicy.readers._draft import Draft
from lampolicy.readers._templates._resolve import Resolver
from lampolicy.readers._templates._template import is_object
from lampolicy.readers._templates._value import Value, bad
from lampolicy.readers._yaml import Plain

_MOST_HOPS: Final = 8
"""How many templates may stand behind one another in one value."""


def share_exports(draft: Draft, resolver: Resolver) -> None:
    """Let a template's values see what others export in its account and region, and others see what it exports."""
    here = resolver.deployment.account, resolver.deployment.region
    others = draft.exports.setdefault(here, [])

    def elsewhere(name: str) -> Value:
        if draft.hops >= _MOST_HOPS:
            return bad(f"the export `{name}` comes from too far, or rests on itself", ())
        draft.hops += 1
        try:
            found = (value for export in others if (value := export(name)) is not None)
            return cast("Value", next(found, None))
        finally:
            draft.hops -= 1

    resolver.elsewhere = elsewhere
    others.append(_exports_of(resolver))


def _exports_of(resolver: Resolver) -> Callable[[str], Value]:
    names: dict[str, tuple[Plain, Pointer]] = {}
    asked: list[bool] = []

    def exported(name: str) -> Value:
        if not asked:
            asked.append(True)
            names.update(_exported(resolver))
        return resolver.resolve(*names[name]) if name in names else None

    return exported


def _exported(resolver: Resolver) -> Iterator[tuple[str, tuple[Plain, Pointer]]]:
    for key, output in resolver.template.section("Outputs").items():
        export = output.get("Export") if is_object(output) else None
        if not is_object(output) or not is_object(export):
            continue
        at: Pointer = ("Outputs", key)
        condition = output.get("Condition")
        if isinstance(condition, str) and resolver.condition(condition, (*at, "Condition")) is not True:
            continue
        name = resolver.resolve(export.get("Name"), (*at, "Export", "Name"))
        if isinstance(name, str):
            yield name, (output.get("Value"), (*at, "Value"))
