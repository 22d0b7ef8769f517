"""Decisions: the verdicts of all layers combined as AWS combines them.

Takes: a request and the policies that bear on it, or an organization.
Gives: `authorize`, `Authorizer` and their decisions.
Never: explains, and never grants on error.
"""

from lampolicy._later import later
from lampolicy._typing import TYPE_CHECKING
from lampolicy.authorize._authorize import authorize

if TYPE_CHECKING:
    from lampolicy.authorize._authorizer import DEFAULT_MEMO, DEFAULT_PLANS, Authorizer
    from lampolicy.authorize._prepared import Prepared

__all__ = ["DEFAULT_MEMO", "DEFAULT_PLANS", "Authorizer", "Prepared", "authorize"]

__getattr__ = later(
    __name__, {"._authorizer": ("DEFAULT_MEMO", "DEFAULT_PLANS", "Authorizer"), "._prepared": ("Prepared",)}
)
"""One request needs no authorizer."""
