"""SAM: a template as AWS's own transform writes it out, each value led back to where it was written.

The transform is the library that AWS runs itself, aws-sam-translator. It is told everything it would otherwise ask the
network for: the region, where code is, and no applications of the repository.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, TypeAlias, cast

from lampolicy.diagnostic import Code, Diagnostic, DocumentError, Pointer
from lampolicy.readers._templates._deployment import Deployment
from lampolicy.readers._templates._template import is_object
from lampolicy.readers._yaml import Plain

_SOMEWHERE: Final = "s3://code/is-not-read"
_CODE: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "Function": ("CodeUri", frozenset({"InlineCode", "ImageUri"})),
    "LayerVersion": ("ContentUri", frozenset[str]()),
    "Api": ("DefinitionUri", frozenset({"DefinitionBody"})),
    "HttpApi": ("DefinitionUri", frozenset({"DefinitionBody"})),
    "StateMachine": ("DefinitionUri", frozenset({"Definition"})),
}
"""Where a type of SAM says where its code or definition is, and what stands there instead."""
_MUST: Final = frozenset({"Function", "LayerVersion", "StateMachine"})
_PREFIX: Final = "AWS::Serverless::"
_APPLICATION: Final = f"{_PREFIX}Application"


class _Placed(dict[str, Any]):
    """An object that remembers where it was written, also where the transform copies it to."""

    at: Pointer = ()


_Translate: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(slots=True)
class Transformed:
    """What the transform made of a template.

    Attributes:
        value: The template of CloudFormation.
        origins: Where values of it were written in the template of SAM.
        owners: For what a resource of SAM, or an event of one, was written out to: its place, by logical id.
    """

    value: Plain
    origins: dict[Pointer, Pointer] = field(default_factory=dict[Pointer, Pointer])
    owners: dict[str, Pointer] = field(default_factory=dict[str, Pointer])

    def generated(self, at: Pointer) -> bool:
        """Tell whether the transform wrote what stands at a place, and nobody else."""
        resource = str(at[1]) if at[:1] == ("Resources",) and len(at) > 1 else ""
        return resource in self.owners and all(at[:length] not in self.origins for length in range(3, len(at) + 1))

    def origin(self, at: Pointer) -> Pointer:
        """The place in the template of SAM that a value came from: the value, or what it was made for."""
        for length in range(len(at), 0, -1):
            written = self.origins.get(at[:length])
            if written is not None:
                return (*written, *at[length:])
        made_for = self.owners.get(str(at[1])) if at[:1] == ("Resources",) and len(at) > 1 else None
        return at if made_for is None else made_for


def transform(value: Mapping[str, Plain], deployment: Deployment, name: str) -> Transformed:
    """Write a template of SAM out.

    Args:
        value: The template.
        deployment: Where it is deployed.
        name: What to call the file in messages.

    Raises:
        DocumentError: SAM refuses the template, or aws-sam-translator is not installed.
    """
    if find_spec("samtranslator") is None:
        help_ = "pip install 'lampolicy[sam]', or give what `sam validate`'s transform or CloudFormation makes of it"
        raise DocumentError((Diagnostic(Code.NEEDS_LIBRARY, "a template of SAM needs aws-sam-translator", help=help_),))
    given, kept = _prepared(value)
    try:
        made = _translator(deployment)(given)
    except Exception as error:  # noqa: BLE001 - whatever a template makes AWS's library stumble over is the template's
        raise DocumentError(tuple(_refusals(error, value)), name=name) from None
    resources = made.get("Resources")
    if isinstance(resources, dict):
        cast("dict[str, Any]", resources).update(kept)
    made["Parameters"] = value.get("Parameters", {})
    return Transformed(made, dict(_written(made, ())), dict(_owners(made, value)))


def _translator(deployment: Deployment) -> _Translate:
    logging.getLogger("samtranslator").addHandler(logging.NullHandler())
    translator: Any = import_module("samtranslator.translator.translator")
    parser: Any = import_module("samtranslator.parser.parser")
    made = translator.Translator({}, parser.Parser(), boto_session=_Session(deployment.region))
    parameters = {**deployment.parameters, "AWS::AccountId": deployment.account}

    def translate(template: dict[str, Any]) -> dict[str, Any]:
        return cast("dict[str, Any]", made.translate(sam_template=template, parameter_values=parameters))

    return translate


@dataclass(frozen=True, slots=True)
class _Session:
    """What the transform asks of boto3's session."""

    region_name: str


def _prepared(value: Mapping[str, Plain]) -> tuple[dict[str, Any], dict[str, Plain]]:
    """The template as the transform may have it, and the resources that it must not see."""
    given: dict[str, Any] = cast("dict[str, Any]", _placed(dict(value), ()))
    resources: dict[str, Any] = given.get("Resources", {})
    kept: dict[str, Plain] = {}
    for key, type_ in _types(value):
        if type_ == _APPLICATION:  # the library would look it up in the repository
            kept[key] = resources.pop(key)
        elif type_.startswith(_PREFIX):
            _settle_code(type_.removeprefix(_PREFIX), resources[key].setdefault("Properties", {}), needed=True)
    globals_ = given.get("Globals")
    for kind, properties in cast("dict[str, object]", globals_).items() if isinstance(globals_, dict) else ():
        _settle_code(kind, properties, needed=False)
    _hide_stored(given.get("Parameters"))
    return given, kept


def _types(value: Mapping[str, Plain]) -> Iterator[tuple[str, str]]:
    resources = value.get("Resources")
    for key, resource in resources.items() if is_object(resources) else ():
        type_ = resource.get("Type") if is_object(resource) else None
        if isinstance(type_, str):
            yield key, type_


def _settle_code(kind: str, properties: object, *, needed: bool) -> None:
    """Say that code is in S3, where the transform wants it to be; where it is bears on nothing."""
    if kind not in _CODE or not isinstance(properties, dict):
        return
    held = cast("dict[str, Any]", properties)
    name, instead = _CODE[kind]
    packed = held.get("PackageType") == "Image"
    if packed and needed:
        held.setdefault("ImageUri", "code.is/not:read")
    elif name in held or (needed and kind in _MUST and not instead & held.keys()):
        held[name] = _SOMEWHERE


def _hide_stored(parameters: object) -> None:
    """Take the default from parameters that name one of SSM: it is the name, which the transform would write in."""
    for form in cast("dict[str, Any]", parameters).values() if isinstance(parameters, dict) else ():
        if isinstance(form, dict) and str(cast("dict[str, Any]", form).get("Type")).startswith("AWS::SSM::"):
            cast("dict[str, Any]", form).pop("Default", None)


def _placed(value: Plain, at: Pointer) -> object:
    if is_object(value):
        found = _Placed((key, _placed(inner, (*at, key))) for key, inner in value.items())
        found.at = at
        return found
    if isinstance(value, list):
        return [_placed(inner, (*at, i)) for i, inner in enumerate(value)]
    return value


def _owners(made: Mapping[str, Any], value: Mapping[str, Plain]) -> Iterator[tuple[str, Pointer]]:
    resources = made.get("Resources")
    for key, resource in resources.items() if is_object(resources) else ():
        if not isinstance(resource, _Placed):
            yield key, _owner(key, value)


def _owner(logical: str, value: Mapping[str, Plain]) -> Pointer:
    """What a logical id was made for: ids of SAM begin with that of the resource, and of the event if it is for one."""
    owners = [key for key, type_ in _types(value) if type_.startswith(_PREFIX) and logical.startswith(key)]
    if not owners:
        return ("Resources",)
    owner = max(owners, key=len)
    found: Pointer = ("Resources", owner)
    held: Plain = dict(value)
    for step in (*found, "Properties", "Events"):
        held = held.get(str(step)) if is_object(held) else None
    rest = logical.removeprefix(owner)
    events = [name for name in held if rest.startswith(name)] if is_object(held) else []
    return (*found, "Properties", "Events", max(events, key=len)) if events else found


def _written(value: object, at: Pointer) -> Iterator[tuple[Pointer, Pointer]]:
    if isinstance(value, _Placed) and value.at != at:
        yield at, value.at
    if isinstance(value, dict):
        for key, inner in cast("dict[str, object]", value).items():
            yield from _written(inner, (*at, key))
    elif isinstance(value, list):
        for i, inner in enumerate(cast("list[object]", value)):
            yield from _written(inner, (*at, i))


def _refusals(error: Exception, value: Mapping[str, Plain]) -> Iterator[Diagnostic]:
    """What SAM says against a template, each at what it names."""
    causes = cast("list[object]", getattr(error, "causes", [error]))
    for cause in causes:
        logical = getattr(cause, "_logical_id", None)
        text = str(getattr(cause, "_message", None) or getattr(cause, "message", None) or cause or type(cause).__name__)
        line = " ".join(text.split()).rstrip(".")
        at: Pointer = _owner(logical, value) if isinstance(logical, str) else ()
        refused = f"`{logical}`" if at else "the template"
        message = f"SAM refuses {refused}: {line[:1].lower()}{line[1:]}"
        yield Diagnostic(Code.BAD_TEMPLATE, message, at, help="mend it: the transform of AWS refuses the template, too")
