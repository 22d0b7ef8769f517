"""A template as written: its sections, and the faults of their form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeGuard

from lampolicy.diagnostic import Code, Diagnostic, Pointer
from lampolicy.readers._templates._value import MEND
from lampolicy.readers._yaml import Plain

SAM: Final = "AWS::Serverless-2016-10-31"
"""The transform of SAM."""
LANGUAGE_EXTENSIONS: Final = "AWS::LanguageExtensions"


@dataclass(frozen=True, slots=True)
class Declared:
    """One resource as written.

    Attributes:
        id: Its logical id.
        type: Its type, such as `AWS::IAM::Role`.
        properties: Its properties.
        condition: The condition it is made under.
    """

    id: str
    type: str
    properties: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    condition: str | None = None

    @property
    def at(self) -> Pointer:
        """Its place."""
        return ("Resources", self.id)

    def property(self, name: str) -> Pointer:
        """The place of a property."""
        return (*self.at, "Properties", name)


@dataclass(frozen=True, slots=True)
class Template:
    """A template.

    Attributes:
        root: What it says.
        resources: Its resources by logical id; those whose form is broken are left out.
        faults: What is wrong with its form.
    """

    root: Mapping[str, Plain]
    resources: Mapping[str, Declared]
    faults: tuple[Diagnostic, ...] = ()

    @classmethod
    def of(cls, value: Plain) -> Template:
        """Take what a file says as a template."""
        root = value if is_object(value) else {}
        faults = list(_faults(root))
        return cls(root, {found.id: found for found in _resources(root)}, tuple(faults))

    def section(self, name: str) -> Mapping[str, Plain]:
        """A section; empty if there is none."""
        found = self.root.get(name)
        return found if is_object(found) else {}

    @property
    def transforms(self) -> tuple[str, ...]:
        """The names of its transforms."""
        found = self.root.get("Transform")
        listed = found if isinstance(found, list) else [found]
        return tuple(_transform(one) for one in listed if one is not None)


def is_template(value: object) -> bool:
    """Tell by its content whether a file is a template: it has `Resources`, and one of them a `Type` with `::`."""
    resources = value.get("Resources") if is_object(value) else None
    if not is_object(resources):
        return False
    types = (one.get("Type") for one in resources.values() if is_object(one))
    return any(isinstance(type_, str) and "::" in type_ for type_ in types)


def is_object(value: object) -> TypeGuard[dict[str, Plain]]:
    """Tell whether a value is an object; keys of files are texts."""
    return isinstance(value, dict)


def _transform(value: Plain) -> str:
    if is_object(value):
        return str(value.get("Name"))
    return str(value)


_LOGICAL: Final = re.compile(r"[A-Za-z0-9]{1,255}", re.ASCII)
_SECTIONS: Final = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs")


def _faults(root: Mapping[str, Plain]) -> Iterator[Diagnostic]:
    for name in _SECTIONS:
        section = root.get(name)
        if section is not None and not is_object(section):
            yield _fault(f"`{name}` must be an object", (name,))
    if not is_object(root.get("Resources")):
        yield _fault("a template needs `Resources`", ())
    for name, value in _section(root, "Resources"):
        if name.startswith("Fn::"):
            continue
        if _LOGICAL.fullmatch(name) is None:
            yield _fault(f"`{name}` is no logical id: it has letters and digits only", ("Resources", name))
        elif not is_object(value) or not isinstance(value.get("Type"), str):
            yield _fault(f"the resource `{name}` needs a `Type`", ("Resources", name))
        elif not is_object(value.get("Properties", {})):
            yield _fault(f"`Properties` of `{name}` must be an object", ("Resources", name, "Properties"))
        elif not isinstance(value.get("Condition", ""), str):
            yield _fault(f"`Condition` of `{name}` must name a condition", ("Resources", name, "Condition"))


def _fault(message: str, at: Pointer) -> Diagnostic:
    return Diagnostic(Code.BAD_TEMPLATE, message, at, help=MEND)


def _section(root: Mapping[str, Plain], name: str) -> Iterator[tuple[str, Plain]]:
    section = root.get(name)
    yield from section.items() if is_object(section) else ()


def _resources(root: Mapping[str, Plain]) -> Iterator[Declared]:
    for name, value in _section(root, "Resources"):
        if not is_object(value) or _LOGICAL.fullmatch(name) is None:
            continue
        type_, properties, condition = value.get("Type"), value.get("Properties", {}), value.get("Condition")
        if isinstance(type_, str) and is_object(properties) and (condition is None or isinstance(condition, str)):
            yield Declared(name, type_, properties, condition)
