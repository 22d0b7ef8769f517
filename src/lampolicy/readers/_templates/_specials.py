"""Names that no table tells: versions, aliases and URLs of functions, layer versions, secrets, streams of tables."""

from __future__ import annotations

from typing import Final

from lampolicy.diagnostic import InvalidName, Pointer
from lampolicy.names import FunctionArn
from lampolicy.readers._templates._names import MADE_UP, REF, Special, Specials, StackNames, last_word
from lampolicy.readers._templates._resolve import Resolver
from lampolicy.readers._templates._template import Declared
from lampolicy.readers._templates._value import Unknown, Value, bad, text_of


def stack_names(resolver: Resolver) -> StackNames:
    """The names of a stack's resources, for its values to be resolved with."""
    resolver.names = names = StackNames(resolver, _SPECIALS)
    return names


def _qualified(names: StackNames, declared: Declared, function_property: str, qualifier: Value) -> Value:
    function = names.function_of(declared, function_property)
    if isinstance(function, Unknown):
        return function
    if isinstance(qualifier, Unknown):
        return qualifier
    text = text_of(qualifier)
    if not text:
        return str(function)
    try:
        return str(function.unqualified.qualified(text))
    except InvalidName as error:
        return bad(str(error), declared.at)


def _number(names: StackNames, declared: Declared, at: Pointer) -> Value:
    """The number of a version: what the stack has, else its place among the versions of its function."""
    del at
    number = last_word(names.physical(declared) or "")
    if number.isascii() and number.isdigit():
        return number
    made_up = str(names.same(declared, "FunctionName").index(declared) + 1)
    names.made_up[declared.id] = f"version {made_up}"
    return made_up


def _version(names: StackNames, declared: Declared, at: Pointer) -> Value:
    return _qualified(names, declared, "FunctionName", _number(names, declared, at))


def _alias(names: StackNames, declared: Declared, at: Pointer) -> Value:
    del at
    name = names.property(declared, "Name")
    if name is None:
        return bad(f"`{declared.id}` needs `Name`, the name of an alias", declared.at)
    return _qualified(names, declared, "FunctionName", name)


def _url(names: StackNames, declared: Declared, at: Pointer) -> Value:
    del at
    return _qualified(names, declared, "TargetFunctionArn", names.property(declared, "Qualifier"))


def _unqualified(special: Special) -> Special:
    def function(names: StackNames, declared: Declared, at: Pointer) -> Value:
        found = special(names, declared, at)
        return str(FunctionArn.parse(found).unqualified) if isinstance(found, str) else found

    return function


def _numbered(service: str, form: str, behind: str) -> Special:
    """A resource whose physical id is its ARN, with something behind its name that only the deployment tells."""

    def arn(names: StackNames, declared: Declared, at: Pointer) -> Value:
        physical = names.physical(declared)
        if physical is not None and physical.startswith("arn:"):
            return physical
        name = names.name(declared, at)
        if not isinstance(name, str):
            return name
        names.made_up[declared.id] = f"{name}{behind}"
        return names.here(service, f"{form}{name}{behind}")

    return arn


_layer: Final = _numbered("lambda", "layer:", ":1")
_secret: Final = _numbered("secretsmanager", "secret:", f"-{MADE_UP}")


def _stream(names: StackNames, declared: Declared, at: Pointer) -> Value:
    """The stream of a table, which is named for the moment it was made."""
    table = names.name(declared, at)
    if not isinstance(table, str):
        return table
    label = "1970-01-01T00:00:00.000"
    names.made_up[f"{declared.id}.StreamArn"] = label
    return names.here("dynamodb", f"table/{table}/stream/{label}")


_SPECIALS: Final[Specials] = {
    ("AWS::Lambda::Version", REF): _version,
    ("AWS::Lambda::Version", "FunctionArn"): _version,
    ("AWS::Lambda::Version", "Version"): _number,
    ("AWS::Lambda::Alias", REF): _alias,
    ("AWS::Lambda::Alias", "AliasArn"): _alias,
    ("AWS::Lambda::Url", REF): _url,
    ("AWS::Lambda::Url", "FunctionArn"): _unqualified(_url),
    ("AWS::Lambda::LayerVersion", REF): _layer,
    ("AWS::Lambda::LayerVersion", "LayerVersionArn"): _layer,
    ("AWS::SecretsManager::Secret", REF): _secret,
    ("AWS::SecretsManager::Secret", "Id"): _secret,
    ("AWS::DynamoDB::Table", "StreamArn"): _stream,
    ("AWS::DynamoDB::GlobalTable", "StreamArn"): _stream,
}
