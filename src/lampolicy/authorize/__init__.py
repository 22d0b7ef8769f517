"""Decisions: the verdicts of all layers combined as AWS combines them.

Takes: a request and the policies that bear on it, or an organization.
Gives: `authorize`, `Authorizer` and their decisions.
Never: explains, and never grants on error.
"""

from lampolicy.authorize._authorize import authorize
from lampolicy.authorize._authorizer import DEFAULT_MEMO, DEFAULT_PLANS, Authorizer
from lampolicy.authorize._prepared import Prepared

__all__ = ["DEFAULT_MEMO", "DEFAULT_PLANS", "Authorizer", "Prepared", "authorize"]
