"""What the resources of a stack are called: as written, as the stack has it, or made up so that everybody sees it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from lampolicy.diagnostic import InvalidName, Pointer
from lampolicy.function import Address
from lampolicy.names import FunctionArn
from lampolicy.readers._templates._deployment import Deployment
from lampolicy.readers._templates._kinds import KINDS, Gives, Kind
from lampolicy.readers._templates._resolve import Resolver
from lampolicy.readers._templates._template import Declared
from lampolicy.readers._templates._value import Reason, Unknown, Value, bad, text_of

MADE_UP: Final = "MADEUP"
"""Stands in every name that is made up, where CloudFormation puts letters by chance."""
_UNNAMED: Final = Kind()
_LONGEST: Final = 24
_HASHED: Final = re.compile(r"(?P<stem>.+)[0-9a-f]{10}", re.ASCII)
_NO_NAME: Final = re.compile(r"[\s:*?\x00-\x1f]")
"""What is in no name: it would be read as part of an ARN, or as a pattern."""
REF: Final = ""
"""Stands for `Ref` among the attributes."""

Special: TypeAlias = "Callable[[StackNames, Declared, Pointer], Value]"
Specials: TypeAlias = Mapping[tuple[str, str], Special]
"""What `Ref` or an attribute gives where no table tells it, by type and attribute."""


class StackNames:
    """Names, ARNs and attributes of the resources of one stack.

    Attributes:
        made_up: Names that are neither written nor known from the stack, by logical id.
    """

    def __init__(self, resolver: Resolver, special: Specials) -> None:
        self._resolver = resolver
        self._special = special
        self._names: dict[str, Value] = {}
        self._pending: set[str] = set()
        self.made_up: dict[str, str] = {}

    @property
    def _deployment(self) -> Deployment:
        return self._resolver.deployment

    def reference(self, logical: str, at: Pointer) -> Value:
        """What `Ref` gives: the physical id."""
        declared = self._resolver.template.resources[logical]
        kind = KINDS.get(declared.type, _UNNAMED)
        special = self._special.get((declared.type, REF))
        if special is not None:
            return special(self, declared, at)
        match kind.gives:
            case Gives.ARN:
                return self._filled(declared, kind, kind.arn, at)
            case Gives.URL:
                return self._filled(declared, kind, "{url}", at)
            case Gives.NAME:
                return self.name(declared, at)

    def arn(self, declared: Declared, at: Pointer) -> Value:
        """The ARN of a resource, whatever its type calls it."""
        if (declared.type, REF) in self._special:
            return self.reference(declared.id, at)
        kind = KINDS.get(declared.type, _UNNAMED)
        return self._filled(declared, kind, kind.arn, at)

    def attribute(self, logical: str, name: str, at: Pointer) -> Value:
        """What `Fn::GetAtt` gives."""
        declared = self._resolver.template.resources[logical]
        given = self._deployment.attributes.get(f"{logical}.{name}")
        if given is not None:
            return given
        special = self._special.get((declared.type, name))
        if special is not None:
            return special(self, declared, at)
        kind = KINDS.get(declared.type, _UNNAMED)
        if name in kind.attributes:
            return self._filled(declared, kind, kind.attributes[name], at)
        message = f"the attribute `{name}` of `{logical}`, of type `{declared.type}`, is not known"
        return Unknown((Reason(message, f"give it: `--attribute {logical}.{name}=VALUE`", at),), f"{logical}.{name}")

    def name(self, declared: Declared, at: Pointer) -> Value:
        """The name of a resource, or its id where it has no name."""
        if declared.id in self._pending:
            return bad(f"the name of `{declared.id}` rests on itself", at)
        if declared.id not in self._names:
            self._pending.add(declared.id)
            try:
                self._names[declared.id] = self._named(declared)
            finally:
                self._pending.discard(declared.id)
        return self._names[declared.id]

    def _named(self, declared: Declared) -> Value:
        kind = KINDS.get(declared.type, _UNNAMED)
        written = self.property(declared, kind.name) if kind.name else None
        if written is not None:
            return self._written(declared, kind, written)
        physical = self._deployment.physical.get(declared.id)
        if physical is not None:
            return physical if kind.gives is Gives.NAME else last_word(physical)
        return self.invent(declared, kind)

    def _written(self, declared: Declared, kind: Kind, written: Value) -> Value:
        if isinstance(written, Unknown):
            return written
        text = text_of(written)
        if not text:
            return bad(f"`{kind.name}` must be a text that is not empty", declared.property(kind.name))
        name = text.removeprefix("https://") if kind.name == "Url" else text
        if _NO_NAME.search(name) or (kind.path[0] == "Path" and "/" in name):
            return bad(f"`{text}` is no name that AWS takes for `{declared.type}`", declared.property(kind.name))
        return name

    def invent(self, declared: Declared, kind: Kind = _UNNAMED) -> str:
        """Make a name up, in the form of CloudFormation's: stack, logical id, and what stands for letters by chance."""
        seed = f"{self._deployment.stack}/{declared.id}"
        tail = hashlib.sha256(seed.encode()).hexdigest()[:6].upper()
        name = f"{self._deployment.stack[:_LONGEST]}-{declared.id[:_LONGEST]}-{MADE_UP}{tail}"
        name = name.lower() if kind.lower else name
        if any(text_of(self.property(declared, flag)) == "true" for flag in ("FifoQueue", "FifoTopic")):
            name += ".fifo"
        self.made_up[declared.id] = name
        return name

    def invent_id(self, declared: Declared) -> str:
        """An id for a statement, which CloudFormation makes up, and which takes no part in a decision."""
        return f"{self._deployment.stack[:_LONGEST]}-{declared.id[:64]}"

    def property(self, declared: Declared, name: str) -> Value:
        """A property, resolved; `None` if it is not there."""
        if name not in declared.properties:
            return None
        return self._resolver.resolve(declared.properties[name], declared.property(name))

    def here(self, service: str, resource: str) -> str:
        """An ARN in the stack's account and region."""
        here = self._deployment
        return f"arn:{here.partition}:{service}:{here.region}:{here.account}:{resource}"

    def same(self, declared: Declared, name: str) -> list[Declared]:
        """The resources of one type that say the same for a property, in the order of the template."""
        everything = self._resolver.template.resources.values()
        alike = declared.type, declared.properties.get(name)
        return [one for one in everything if (one.type, one.properties.get(name)) == alike]

    def physical(self, declared: Declared) -> str | None:
        """The physical id the stack really has.

        SAM puts ten letters that hang on the code behind the ids of versions; the newest of those there are is meant.
        """
        there = self._deployment.physical
        hashed = _HASHED.fullmatch(declared.id)
        if declared.id in there or hashed is None:
            return there.get(declared.id)
        others = ((_HASHED.fullmatch(id_), physical) for id_, physical in there.items())
        found = [physical for other, physical in others if other is not None and other["stem"] == hashed["stem"]]
        return max(found, key=lambda physical: (len(physical), physical), default=None)

    def _filled(self, declared: Declared, kind: Kind, form: str, at: Pointer) -> Value:
        name, path = self.name(declared, at), self._path(declared, kind)
        unknown = Unknown.of([name, path])
        if unknown is not None:
            return unknown
        here = self._deployment
        url = f"https://sqs.{here.region}.{here.suffix}/{here.account}/{name}"
        return form.format(
            partition=here.partition,
            region=here.region,
            account=here.account,
            suffix=here.suffix,
            name=name,
            path=path,
            url=url,
        )

    def _path(self, declared: Declared, kind: Kind) -> Value:
        name, default = kind.path
        if not name:
            return ""
        written = self.property(declared, name)
        if isinstance(written, Unknown):
            return written
        text = text_of(written) or default
        if name == "Path":
            sound = text.startswith("/") and text.endswith("/") and not _NO_NAME.search(text)
            return text if sound else bad(f"`{text}` is no path: it begins and ends with `/`", declared.property(name))
        short = last_word(text)  # a bus may be named by its ARN
        if _NO_NAME.search(short):
            return bad(f"`{text}` is no name that AWS takes", declared.property(name))
        return "" if short in {"", "default"} and name == "EventBusName" else f"{short}/"

    def function(self, text: str, at: Pointer) -> FunctionArn | Unknown:
        """The function, version or alias that a name or ARN addresses (semantics L2)."""
        here = self._deployment
        try:
            address = Address.parse(text)
            parts = (address.partition or here.partition, address.region or here.region)
            return FunctionArn(*parts, address.account or here.account, address.name, address.qualifier)
        except InvalidName as error:
            return bad(str(error), at)

    def function_of(self, declared: Declared, name: str) -> FunctionArn | Unknown:
        """The function that a property addresses."""
        written = self.property(declared, name)
        if isinstance(written, Unknown):
            return written
        text = text_of(written)
        if text is None:
            return bad(f"`{declared.id}` needs `{name}`, the name of a function", declared.at)
        return self.function(text, declared.property(name))


def last_word(text: str) -> str:
    """The name at the end of an ARN or URL."""
    return text.rpartition("/")[2].rpartition(":")[2]
