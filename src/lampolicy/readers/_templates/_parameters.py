"""Parameters of a template: what `Ref` gives for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lampolicy.catalog import near
from lampolicy.diagnostic import Code, Diagnostic, Pointer
from lampolicy.readers._templates._deployment import Deployment
from lampolicy.readers._templates._template import Template, is_object
from lampolicy.readers._templates._value import Reason, Unknown, Value, text_of
from lampolicy.readers._yaml import Plain

_STORED: Final = "AWS::SSM::Parameter::"


def parameter(template: Template, deployment: Deployment, name: str, at: Pointer) -> Value:
    """The value of a parameter: what was given, else its default.

    The default of a parameter of an SSM type is the name of a stored parameter, whose value is not known.
    """
    declared = template.section("Parameters").get(name)
    form = declared if is_object(declared) else {}
    type_ = text_of(form.get("Type")) or "String"
    given = deployment.parameters.get(name)
    text = given if given is not None else _default(form, type_)
    if text is None:
        return Unknown((Reason(_why(form, name, type_), f"give it: `--parameter {name}=VALUE`", at),), name)
    if type_ == "CommaDelimitedList" or "List<" in type_:
        return [item.strip() for item in text.split(",")] if text else []
    return text


def parameter_faults(template: Template, deployment: Deployment) -> Iterator[Diagnostic]:
    """What is wrong with the values that were given."""
    declared = template.section("Parameters")
    for name, value in deployment.parameters.items():
        if name not in declared:
            if name not in deployment.lenient:
                yield _stranger(name, declared)
            continue
        form = declared[name]
        allowed = form.get("AllowedValues") if is_object(form) else None
        texts = [text_of(one) for one in allowed] if isinstance(allowed, list) else None
        if texts is not None and not _allows(texts, form, value):
            listed = ", ".join(f"`{text}`" for text in texts if text is not None)
            message, help_ = f"`{value}` is no value of the parameter `{name}`", f"give one of {listed}"
            yield Diagnostic(Code.BAD_TEMPLATE, message, ("Parameters", name, "AllowedValues"), help=help_)


def _allows(texts: list[str | None], form: Plain, value: str) -> bool:
    type_ = text_of(form.get("Type")) if is_object(form) else None
    values = [one.strip() for one in value.split(",")] if "List" in (type_ or "") else [value]
    return all(one in texts for one in values)


def _stranger(name: str, declared: Mapping[str, Plain]) -> Diagnostic:
    close = near(name, declared, closeness=0.6)
    known = f"it has {', '.join(f'`{one}`' for one in declared)}" if declared else "it has none"
    help_ = f"did you mean `{close}`?" if close else known
    return Diagnostic(Code.BAD_TEMPLATE, f"the template has no parameter `{name}`", help=help_)


def _default(form: Mapping[str, Plain], type_: str) -> str | None:
    return None if type_.startswith(_STORED) else text_of(form.get("Default"))


def _why(form: Mapping[str, Plain], name: str, type_: str) -> str:
    if type_.startswith(_STORED) and form.get("Default") is not None:
        return f"what the parameter `{name}` names is stored in SSM, and not known"
    return f"the parameter `{name}` has no value"
