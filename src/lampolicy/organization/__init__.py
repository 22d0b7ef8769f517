"""Who exists: accounts, users, groups, roles, functions and other resources, and which policies hang where.

Takes: typed policies.
Gives: `Organization`, immutable, and `Policies`, what bears on one request.
Never: reads files, matches or decides.
"""

from lampolicy.organization._policies import Levels, Policies

__all__ = ["Levels", "Policies"]
