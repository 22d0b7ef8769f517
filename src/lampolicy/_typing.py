"""What the way to a decision needs of `typing` while it runs: next to nothing.

`typing` takes 4 ms to load, a tenth of a process that decides once. Type checkers are shown the real one; what only
they read stands for nothing here, and hints that speak of it cannot be resolved.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any as Any
    from typing import Generic as Generic
    from typing import Literal as Literal
    from typing import NoReturn as NoReturn
    from typing import Protocol as Protocol
    from typing import Self as Self
    from typing import TypeGuard as TypeGuard
    from typing import TypeVar as TypeVar
    from typing import cast as cast
    from typing import dataclass_transform as dataclass_transform
    from typing import overload as overload
else:
    from types import GenericAlias

    Any = Literal = NoReturn = Self = TypeGuard = object()

    class Protocol:
        __slots__ = ()

    class Generic:
        __slots__ = ()
        __class_getitem__ = classmethod(GenericAlias)

    class TypeVar:
        __slots__ = ("__name__",)

        def __init__(self, name, **_):
            self.__name__ = name

        def __typing_subst__(self, type_):
            return type_

    def cast(_, value):
        return value

    def overload(function):
        return function

    def dataclass_transform(**_):
        return overload
