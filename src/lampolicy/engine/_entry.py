"""A statement as far as it may still matter to a caller: what names it, and what is left to test."""

from __future__ import annotations

from lampolicy._typing import TYPE_CHECKING
from lampolicy.condition import Test
from lampolicy.decision import Missing
from lampolicy.engine._principal import Namings
from lampolicy.engine._resource import ResourceTest
from lampolicy.policy import StatementId

if TYPE_CHECKING:
    from typing import TypeAlias

AnyTest: TypeAlias = Test | ResourceTest


class Entry:
    """A statement that may still matter.

    Attributes:
        layer: Name of the layer it speaks in.
        id: What names it as evidence.
        deny: Whether it denies.
        namings: How it names the caller, where it names principals.
        tests: What is left to test, apart from the resource.
    """

    __slots__ = ("deny", "id", "layer", "namings", "tests")

    def __init__(
        self, layer: Missing, statement: StatementId, namings: Namings, tests: tuple[AnyTest, ...], *, deny: bool
    ) -> None:
        self.layer = layer
        self.id = statement
        self.deny = deny
        self.namings = namings
        self.tests = tests

    def with_test(self, test: ResourceTest) -> Entry:
        """The same statement with one test more."""
        return Entry(self.layer, self.id, self.namings, (*self.tests, test), deny=self.deny)
