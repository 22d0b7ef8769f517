"""How large and how deep a document may be."""

from __future__ import annotations

from lampolicy._typing import TYPE_CHECKING
from lampolicy.record import record

if TYPE_CHECKING:
    from typing import Final


@record
class Limits:
    """Limits on a document from a stranger; one that reaches a limit is read, one beyond it is refused.

    Attributes:
        bytes: Length of the text in bytes of UTF-8.
        depth: How many lists and objects may stand inside one another; a policy of AWS has six.
        tokens: Above so many words and marks a text is still read, but places are told without line and column:
            finding them takes some five microseconds a token.
    """

    bytes: int = 1_048_576
    depth: int = 64
    tokens: int = 100_000


DEFAULT_LIMITS: Final = Limits()
"""1 MiB, 64 levels: far above any policy (AWS's largest has 32 KiB) and most templates."""
