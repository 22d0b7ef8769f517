"""`Condition`: operators, keys and values (semantics G16 to G18, G23)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lampolicy.diagnostic import Code, Pointer
from lampolicy.names import read_network
from lampolicy.policy._draft import Draft, Placed
from lampolicy.policy._faults import Faults
from lampolicy.policy._operator_names import Family, family, read_operator, suggested
from lampolicy.policy._operators import WELL_FORMED
from lampolicy.policy._shape import described, is_list, is_object, scalar_text, short
from lampolicy.policy._types import Condition, Operator, Version
from lampolicy.policy._variable_bodies import holds_variable
from lampolicy.policy._variables import lint_variables, not_read

_TRUTHS: Final = frozenset({"true", "false"})


def read_conditions(draft: Draft, faults: Faults) -> None:
    """Read the statement's conditions into the draft."""
    if "Condition" not in draft.raw:
        return
    written = draft.raw["Condition"]
    at = (*draft.at, "Condition")
    if not is_object(written):
        _not_object("Condition", written, at, faults)
        return
    found: list[Placed[Condition]] = []
    for name, keys in written.items():
        found.extend(_operator(name, keys, (*at, name), draft.version, faults))
    draft.conditions = tuple(found)


def _not_object(name: str, written: object, at: Pointer, faults: Faults) -> None:
    faults.syntax(
        Code.WRONG_TYPE,
        f"`{name}` is {described(written)}, not an object",
        at,
        help='write an object: `{"StringEquals": {"aws:SourceAccount": "111122223333"}}`',
    )


def _operator(name: str, keys: object, at: Pointer, version: Version, faults: Faults) -> Iterator[Placed[Condition]]:
    operator = read_operator(name)
    if not is_object(keys):
        _not_object(name, keys, at, faults)
        return
    if operator is None:
        _unknown(name, keys, at, faults)
        return
    if not keys:
        faults.warn(
            Code.OPERATOR_WITHOUT_KEYS,
            f"`{name}` names no condition key, and so demands nothing",
            at,
            help="name a key, or remove the operator",
        )
    _twice(name, keys, at, faults)
    for key, values in keys.items():
        place = (*at, key)
        texts = _values(operator, key, values, place, version, faults)
        if texts is not None:
            yield Placed(Condition(operator, key, texts), place)


def _unknown(name: str, keys: Mapping[str, object], at: Pointer, faults: Faults) -> None:
    near = suggested(name)
    hint = f"write `{near}`: case counts" if near else "write an operator of IAM, such as `StringEquals`"
    message = f"`{name}` is not a condition operator"
    if keys:
        aws = faults.rules.text or f"Invalid Condition type : {name}"
        faults.error(Code.UNKNOWN_OPERATOR, message, at, on_key=True, help=hint, aws=aws)
    else:
        faults.warn(Code.OPERATOR_WITHOUT_KEYS, f"{message}, and demands nothing", at, on_key=True, help=hint)


def _twice(name: str, keys: Mapping[str, object], at: Pointer, faults: Faults) -> None:
    seen: dict[str, str] = {}
    for key in keys:
        first = seen.setdefault(key.lower(), key)
        if first != key:
            faults.syntax(
                Code.DUPLICATE_CONDITION_KEY,
                f"`{key}` and `{first}` are the same condition key, twice under `{name}`",
                (*at, key),
                on_key=True,
                help="keep one; several values go into one list",
            )


def _values(
    operator: Operator, key: str, written: object, at: Pointer, version: Version, faults: Faults
) -> tuple[str, ...] | None:
    placed = [Placed(v, (*at, i)) for i, v in enumerate(written)] if is_list(written) else [Placed(written, at)]
    if not placed:
        faults.warn(
            Code.NO_VALUES,
            f"`{operator}` compares `{key}` with nothing: no value of the key can match",
            at,
            help="name a value, or remove the key",
        )
    found: list[str] = []
    for item in placed:
        text = scalar_text(item.value)
        if text is None:
            faults.syntax(
                Code.WRONG_TYPE,
                f"a value of `{short(key)}` is {described(item.value)}, not a text, number or truth value",
                item.at,
                help="write a text, or a list of texts",
            )
            continue
        found.append(text)
        _check(operator, text, item.at, version, faults)
    return tuple(found) if len(found) == len(placed) else None


def _check(operator: Operator, text: str, at: Pointer, version: Version, faults: Faults) -> None:
    kind = family(operator.base)
    if kind in (Family.STRING, Family.ARN):
        lint_variables(text, at, version, faults)
    elif holds_variable(text):
        not_read(text, at, f"with `{operator.base}`", faults)
        return
    if kind is Family.BOOL:
        _lint_truth(operator, text, at, faults)
    elif kind in WELL_FORMED:
        _check_literal(kind, text, at, version, faults)


def _lint_truth(operator: Operator, text: str, at: Pointer, faults: Faults) -> None:
    if text.lower() not in _TRUTHS:
        faults.warn(
            Code.LITERAL_MATCHES_NOTHING,
            f"`{text}` is neither true nor false; `{operator.base}` takes it for false",
            at,
            help="write `true` or `false`",
        )


def _check_literal(kind: Family, text: str, at: Pointer, version: Version, faults: Faults) -> None:
    well_formed, wanted = WELL_FORMED[kind]
    if kind is Family.ARN and version is Version.V2012 and holds_variable(text):
        return
    if not well_formed(text):
        _malformed(kind, text, wanted, at, faults)
    elif kind is Family.IP:
        _lint_network(text, at, faults)


def _malformed(kind: Family, text: str, wanted: str, at: Pointer, faults: Faults) -> None:
    message = f"`{text}` is not {wanted}"
    if faults.rules.literals or kind is Family.BINARY:
        legacy = "The policy failed legacy parsing" if kind is Family.DATE and faults.rules.iam else None
        faults.error(Code.BAD_LITERAL, message, at, help=f"write {wanted}", aws=legacy)
    else:
        faults.warn(
            Code.BAD_LITERAL, f"{message}: AWS stores it, but it compares with nothing", at, help=f"write {wanted}"
        )


def _lint_network(text: str, at: Pointer, faults: Faults) -> None:
    """IPv6 with host bits or a dotted tail never matches and is refused by IAM; a mapped one is stored (O8, G23)."""
    network = read_network(text)
    if network is None or not network.matches_nothing:
        return
    mapped = network.number >> 32 == 0xFFFF and "." not in text
    if faults.rules.literals and not (mapped and not _host_bits(network.number, network.prefix)):
        faults.error(
            Code.BAD_LITERAL,
            f"`{text}` is not an IPv6 network: it has bits behind its prefix, or a dotted tail",
            at,
            help="write the network's first address in hexadecimal groups",
        )
    else:
        faults.warn(
            Code.LITERAL_MATCHES_NOTHING,
            f"`{text}` is stored but never matches",
            at,
            help="write IPv4 networks as IPv4, and IPv6 networks by their first address",
        )


def _host_bits(number: int, prefix: int) -> bool:
    return bool(number & ((1 << (128 - prefix)) - 1))
