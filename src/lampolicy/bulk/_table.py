"""Which columns a table must have, and of which types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lampolicy.bulk._answers import COLUMNS
from lampolicy.bulk._arrow import DataType, Schema, is_text, pa, value_type
from lampolicy.bulk._faults import TableError
from lampolicy.bulk._options import Options
from lampolicy.bulk._principal import FIELDS
from lampolicy.bulk._reader import is_condition_value

NEEDED: Final = ("principal", "action", "resource")
QUESTION: Final = (*NEEDED, "account", "context")
_INDEX: Final = "__index_level_"
"""What pandas calls its index when it hands a frame over."""


_HOLDS: Final = "a condition key holds texts, numbers, truth values or times, or lists of them"


def check_schema(schema: Schema, options: Options) -> None:
    """Refuse a table that cannot be decided; raise `TableError` with every fault of it."""
    faults = tuple(_faults(schema, options))
    if faults:
        raise TableError(faults)


def _faults(schema: Schema, options: Options) -> Iterator[str]:
    names: list[str] = schema.names
    yield from (f"column `{name}` is missing" for name in NEEDED if name not in names)
    yield from (f"column `{name}` is there twice" for name, times in Counter(names).items() if times > 1)
    yield from (f"column `{name}`, which is to be kept, is missing" for name in options.keep if name not in names)
    taken = [name for name in options.keep if name in COLUMNS]
    yield from (f"column `{name}` cannot be kept: the decisions have a column of that name" for name in taken)
    if not options.ignore_others:
        for name in names:
            if name not in QUESTION and name not in options.keep and not name.startswith(_INDEX):
                yield (
                    f"column `{name}` is no part of a question ({', '.join(QUESTION)}): keep it with "
                    f'`keep=["{name}"]`, or leave out all such columns with `ignore_others=True`'
                )
    for name in dict.fromkeys(name for name in names if name in QUESTION and names.count(name) == 1):
        yield from _faults_of_type(name, schema.field(name).type)


def _faults_of_type(name: str, kind: DataType) -> Iterator[str]:
    if pa.types.is_null(kind):
        return
    if name == "context":
        yield from _faults_of_context(kind)
    elif name == "principal" and pa.types.is_struct(kind):
        fields = [kind.field(place) for place in range(kind.num_fields)]
        yield from (
            f"`principal.{f.name}` is unknown: it may hold {', '.join(FIELDS)}" for f in fields if f.name not in FIELDS
        )
        yield from (_not_text(f"`principal.{f.name}`", f.type) for f in fields if not _holds_text(f.type))
    elif not _holds_text(kind):
        yield _not_text(f"column `{name}`", kind)


def _faults_of_context(kind: DataType) -> Iterator[str]:
    if pa.types.is_struct(kind):
        fields = [kind.field(place) for place in range(kind.num_fields)]
        times = Counter(field.name for field in fields)
        yield from (f"`context` has the field `{name}` twice" for name, count in times.items() if count > 1)
        yield from (f"`context.{f.name}` is {f.type}: {_HOLDS}" for f in fields if not is_condition_value(f.type))
    elif not pa.types.is_map(kind):
        yield f"column `context` is {kind}: it should be a struct with a field for each condition key, or a map"
    elif not _holds_text(kind.key_type) or not is_condition_value(kind.item_type):
        yield f"column `context` is {kind}: {_HOLDS}, and the keys of a map are texts"


def _holds_text(kind: DataType) -> bool:
    held = value_type(kind)
    return is_text(held) or bool(pa.types.is_null(held))


def _not_text(what: str, kind: DataType) -> str:
    return f"{what} is {kind}: it should be text, or a dictionary of texts"
