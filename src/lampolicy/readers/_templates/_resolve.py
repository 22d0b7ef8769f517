"""Resolves the values of a template: what is certain becomes plain, what is not known stays unknown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, Protocol, TypeAlias

from lampolicy.catalog import near
from lampolicy.diagnostic import Pointer
from lampolicy.readers._templates._conditions import Conditions
from lampolicy.readers._templates._deployment import Deployment
from lampolicy.readers._templates._functions import PURE, BadUse, short
from lampolicy.readers._templates._parameters import parameter
from lampolicy.readers._templates._template import Template, is_object
from lampolicy.readers._templates._value import MEND, Absent, Reason, Unknown, Value, bad, dynamic, text_of
from lampolicy.readers._yaml import Plain

DEEPEST: Final = 40
"""How many values may stand inside one another, with those that references lead to; each takes up to 13 calls."""
MOST: Final = 500_000
"""How many values are resolved of one template."""

_PLACEHOLDER: Final = re.compile(r"\$\{([^!${}][^${}]*)\}")
Found: TypeAlias = "Value | Absent"
_Function: TypeAlias = "Callable[[Resolver, Plain, Pointer, Pointer], Found]"


class Names(Protocol):
    """What resources are called."""

    def reference(self, logical: str, at: Pointer) -> Value:
        """What `Ref` gives."""
        ...

    def attribute(self, logical: str, name: str, at: Pointer) -> Value:
        """What `Fn::GetAtt` gives."""
        ...


class Resolver:
    """Resolves values of one template in one deployment.

    Attributes:
        template: The template.
        deployment: Where it is deployed.
        names: What its resources are called; set by whoever names them.
        elsewhere: What other templates export under a name; `None` if nothing.
        origins: For resolved values that stand elsewhere than they were written, such as below a branch of `Fn::If`,
            the place they were written at.
    """

    names: Names

    def __init__(self, template: Template, deployment: Deployment) -> None:
        self.template = template
        self.deployment = deployment
        self.origins: dict[Pointer, Pointer] = {}
        self._conditions = Conditions(template, self.resolve)
        self.elsewhere: Callable[[str], Value] = lambda _name: None
        self._depth = 0
        self._count = 0

    def resolve(self, value: Plain, at: Pointer, to: Pointer | None = None) -> Value:
        """Resolve a value; `AWS::NoValue` is nothing.

        Args:
            value: The value as written.
            at: Its place in the template.
            to: The place of the result, where that is another.
        """
        found = self.resolve_or_absent(value, at, at if to is None else to)
        return None if isinstance(found, Absent) else found

    def resolve_or_absent(self, value: Plain, at: Pointer, to: Pointer) -> Found:
        """Resolve a value that may come to `AWS::NoValue`."""
        if to != at:
            self.origins[to] = at
        self._count += 1
        if self._depth >= DEEPEST or self._count > MOST:
            return bad("this is nested too deep, or comes to too much", at, "make the template simpler")
        self._depth += 1
        try:
            return self._resolved(value, at, to)
        except BadUse as error:
            return bad(str(error), at)
        finally:
            self._depth -= 1

    def _resolved(self, value: Plain, at: Pointer, to: Pointer) -> Found:
        if isinstance(value, dict):
            return self._object(value, at, to)
        if isinstance(value, list):
            return self._list(value, at, to)
        if isinstance(value, str) and "{{resolve:" in value:
            return dynamic(value, at)
        return value

    def _object(self, value: Mapping[str, Plain], at: Pointer, to: Pointer) -> Found:
        function = next((key for key in value if key == "Ref" or key.startswith("Fn::")), None)
        if function is not None:
            if len(value) != 1:
                raise BadUse(f"`{function}` stands beside other keys")
            return self._call(function, value[function], (*at, function), to)
        pairs = ((key, self.resolve_or_absent(inner, (*at, key), (*to, key))) for key, inner in value.items())
        return {key: inner for key, inner in pairs if not isinstance(inner, Absent)}

    def _list(self, value: list[Plain], at: Pointer, to: Pointer) -> Value:
        found: list[Value] = []
        for i, inner in enumerate(value):
            item = self.resolve_or_absent(inner, (*at, i), (*to, len(found)))
            if not isinstance(item, Absent):
                found.append(item)
        return found

    def _call(self, function: str, argument: Plain, at: Pointer, to: Pointer) -> Found:
        if function in PURE:
            return PURE[function](self.resolve(argument, at))
        known = _FUNCTIONS.get(function)
        if known is not None:
            return known(self, argument, at, to)
        message = f"what `{function}` gives is not known"
        return Unknown((Reason(message, "write the value, or take it from a parameter", at),), function)

    def origin(self, at: Pointer) -> Pointer:
        """The place where a resolved value was written."""
        for length in range(len(at), 0, -1):
            written = self.origins.get(at[:length])
            if written is not None:
                return (*written, *at[length:])
        return at

    def condition(self, name: str, at: Pointer) -> bool | Unknown:
        """Tell whether a condition holds."""
        return self._conditions.holds(name, at)


def _ref(resolver: Resolver, argument: Plain, at: Pointer, _to: Pointer) -> Found:
    if not isinstance(argument, str):
        raise BadUse("`Ref` takes the name of a parameter or resource")
    return _reference(resolver, argument, at)


def _reference(resolver: Resolver, name: str, at: Pointer) -> Found:
    deployment = resolver.deployment
    if name == "AWS::NoValue":
        return Absent.NO_VALUE
    pseudo: Mapping[str, Value] = {
        "AWS::AccountId": deployment.account,
        "AWS::Region": deployment.region,
        "AWS::Partition": deployment.partition,
        "AWS::URLSuffix": deployment.suffix,
        "AWS::StackName": deployment.stack,
        "AWS::StackId": deployment.stack_id or f"{_stacks(deployment)}/{deployment.stack}/made-up",
    }
    if name in pseudo:
        return pseudo[name]
    if name == "AWS::NotificationARNs":
        message = f"where the stack sends notifications (`{name}`) is not told"
        return Unknown((Reason(message, "write the value, or take it from a parameter", at),), name)
    if name in resolver.template.section("Parameters"):
        return parameter(resolver.template, deployment, name, at)
    if name in resolver.template.resources:
        return resolver.names.reference(name, at)
    return bad(*_nothing(resolver, name, at))


def _stacks(deployment: Deployment) -> str:
    return f"arn:{deployment.partition}:cloudformation:{deployment.region}:{deployment.account}:stack"


def _nothing(resolver: Resolver, name: str, at: Pointer) -> tuple[str, Pointer, str]:
    known = [*resolver.template.section("Parameters"), *resolver.template.resources]
    close = near(name, known, closeness=0.6)
    help_ = f"did you mean `{close}`?" if close else MEND
    return f"the template has no parameter or resource `{name}`", at, help_


def _attribute(resolver: Resolver, argument: Plain, at: Pointer, _to: Pointer) -> Found:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) != 2:
        raise BadUse("`Fn::GetAtt` takes a resource and an attribute")
    logical, name = parts[0], resolver.resolve(parts[1], (*at, 1))
    if isinstance(name, Unknown):
        return name
    if not isinstance(logical, str) or not isinstance(name, str):
        raise BadUse("`Fn::GetAtt` takes the name of a resource and of an attribute")
    return _attribute_of(resolver, logical, name, at)


def _attribute_of(resolver: Resolver, logical: str, name: str, at: Pointer) -> Found:
    if logical not in resolver.template.resources:
        return bad(*_nothing(resolver, logical, at))
    return resolver.names.attribute(logical, name, at)


def _sub(resolver: Resolver, argument: Plain, at: Pointer, _to: Pointer) -> Found:
    text: Plain = argument
    more: Plain = None
    if isinstance(argument, list) and len(argument) == 2:
        text, more = argument
    if not isinstance(text, str) or not (more is None or is_object(more)):
        raise BadUse("`Fn::Sub` takes a text, or a list of a text and its variables")
    variables = {key: resolver.resolve(inner, (*at, 1, key)) for key, inner in (more or {}).items()}
    parts: list[Value] = []
    end = 0
    for place in _PLACEHOLDER.finditer(text):
        parts.append(text[end : place.start()].replace("${!", "${"))
        parts.append(_substitute(resolver, place[1].strip(), variables, at))
        end = place.end()
    parts.append(text[end:].replace("${!", "${"))
    return _pieced(parts, at)


def _pieced(parts: list[Value], at: Pointer) -> Value:
    unknown = Unknown.of(parts)
    if unknown is not None:
        return unknown
    texts = [text_of(part) for part in parts]
    if any(text is None for text in texts):
        raise BadUse("`Fn::Sub` puts texts into a text, and one of these is none")
    whole = short("".join(text for text in texts if text is not None))
    return dynamic(whole, at) if "{{resolve:" in whole else whole


def _substitute(resolver: Resolver, name: str, variables: Mapping[str, Value], at: Pointer) -> Value:
    if name in variables:
        return variables[name]
    resource, dot, attribute = name.partition(".")
    found = _attribute_of(resolver, resource, attribute, at) if dot else _reference(resolver, name, at)
    if isinstance(found, Absent):
        raise BadUse("`AWS::NoValue` is no text")
    return found


def _if(resolver: Resolver, argument: Plain, at: Pointer, to: Pointer) -> Found:
    if not isinstance(argument, list) or len(argument) != 3 or not isinstance(argument[0], str):
        raise BadUse("`Fn::If` takes a condition and two values")
    held = resolver.condition(argument[0], (*at, 0))
    if isinstance(held, Unknown):
        return held
    branch = 1 if held else 2
    return resolver.resolve_or_absent(argument[branch], (*at, branch), to)


def _find_in_map(resolver: Resolver, argument: Plain, at: Pointer, to: Pointer) -> Found:
    if not isinstance(argument, list) or len(argument) not in {3, 4}:
        raise BadUse("`Fn::FindInMap` takes a mapping and two keys")
    keys = [resolver.resolve(part, (*at, i)) for i, part in enumerate(argument[:3])]
    unknown = Unknown.of(keys)
    if unknown is not None:
        return unknown
    names = [text_of(key) for key in keys]
    place: Pointer = ("Mappings",)
    found: Plain = dict(resolver.template.section("Mappings"))
    for name in names:
        found = found.get(name) if is_object(found) and name is not None else None
        place = (*place, name or "")
    if found is not None:
        return resolver.resolve_or_absent(found, place, to)
    default = argument[3] if len(argument) == 4 else None
    if is_object(default) and "DefaultValue" in default:
        return resolver.resolve_or_absent(default["DefaultValue"], (*at, 3, "DefaultValue"), to)
    raise BadUse(f"the mappings hold nothing at {', '.join(f'`{name}`' for name in names)}")


def _import(resolver: Resolver, argument: Plain, at: Pointer, _to: Pointer) -> Found:
    name = resolver.resolve(argument, at)
    if isinstance(name, Unknown):
        return name
    text = text_of(name)
    if text is None:
        raise BadUse("`Fn::ImportValue` takes the name of an export")
    given = resolver.deployment.imports.get(text)
    if given is not None:
        return given
    found = resolver.elsewhere(text)
    if isinstance(found, Unknown):
        first = found.reasons[0]
        message = f"the export `{text}` of another template is not known: {first.message}"
        return Unknown((Reason(message, first.help, at),), text)
    if found is not None:
        return found
    message = f"the export `{text}` of another stack is not known"
    return Unknown((Reason(message, f"give it: `--import {text}=VALUE`", at),), text)


_FUNCTIONS: Final[Mapping[str, _Function]] = {
    "Ref": _ref,
    "Fn::GetAtt": _attribute,
    "Fn::Sub": _sub,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::ImportValue": _import,
}
