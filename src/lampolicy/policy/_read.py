"""From a document to a `Policy`: the short way where it is plain, else the long way that knows every fault."""

from __future__ import annotations

from lampolicy._typing import TYPE_CHECKING
from lampolicy.diagnostic import DocumentError
from lampolicy.jsontext import read_json
from lampolicy.policy._plain import read_plain
from lampolicy.policy._policy import Policy
from lampolicy.policy._quotas import QUOTAS, UNLIMITED, Quota
from lampolicy.policy._types import PolicyKind, Version
from lampolicy.record import maker

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from lampolicy.diagnostic import Pointer

_TEXT: Final = (str, bytes)


def read_policy(
    source: bytes | str | Mapping[str, object],
    kind: PolicyKind,
    *,
    name: str | None = None,
    file: str | None = None,
    pointer: Pointer = (),
    quota: Quota | None = None,
) -> Policy:
    """Read a policy document.

    Args:
        source: The JSON text, or the document as a value.
        kind: What the policy hangs on.
        name: What to call it in evidence; the kind if not given.
        file: The file it comes from.
        pointer: Where in that file the document stands.
        quota: The limit on its size, where more is known than its kind; the widest of its kind if not given. A managed
            policy (`MANAGED`) must also be of version 2012-10-17 (semantics G4).

    Raises:
        PolicyError: AWS would refuse the document for this kind; carries every fault and warning in document order.
            After ten thousand of them no further statement is read. The places of a text's faults count from the
            text's own start, those of a value's from `pointer`.
    """
    quota = quota or QUOTAS.get(kind)
    document = _value(source, kind, quota, name or file) if isinstance(source, _TEXT) else source
    plain = read_plain(document, kind)
    if plain is not None and _surely_fits(source, quota):
        return maker(Policy)(kind, plain[0], Version.V2012, plain[1], name or str(kind), file, pointer)
    from lampolicy.policy._reading import read_with_care

    return read_with_care(source, document, kind, name=name, file=file, pointer=pointer, quota=quota)


def _value(source: bytes | str, kind: PolicyKind, quota: Quota | None, name: str | None) -> object:
    try:
        return read_json(source, name=name)
    except DocumentError as error:
        from lampolicy.policy._reading import not_json

        raise not_json(error, kind, quota, name) from None


def _surely_fits(source: bytes | str | Mapping[str, object], quota: Quota | None) -> bool:
    """Tell cheaply that neither size nor characters of the text are a fault: ASCII has none that IAM does not take."""
    if isinstance(source, _TEXT):
        return source.isascii() and (quota is None or len(source) <= quota.safe)
    return quota is None or quota is UNLIMITED or not quota.check(quota.size(source))
