"""What every peer answers to, so that all are measured by the same loop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import ClassVar, Generic, TypeVar

from benchmarks.workloads import Asked, Workload

Ready = TypeVar("Ready")


class Inexpressible(Exception):  # noqa: N818 - not an error: a fact about the peer
    """The peer has no words for this workload; the text says for what."""


class Peer(ABC, Generic[Ready]):
    """One peer, used by its best public interface.

    Whatever can be done before the first decision is done before: policies are parsed by `load`, requests by `prepare`.
    """

    name: ClassVar[str]
    package: ClassVar[str]
    """The distribution whose version is recorded."""

    @abstractmethod
    def load(self, workload: Workload) -> None:
        """Parse the policies; raise `Inexpressible` where the peer has no words for them."""

    def expresses(self, asked: Asked) -> bool:
        """Whether the peer has words for the request; for every one unless it says otherwise."""
        del asked
        return True

    @abstractmethod
    def prepare(self, asked: Asked) -> Ready:
        """Make the peer's own form of the request."""

    @abstractmethod
    def decide(self, ready: Ready) -> bool:
        """Whether the peer allows it. This alone is measured."""

    @classmethod
    def version(cls) -> str | None:
        """The installed version; `None` if it is absent."""
        try:
            return metadata.version(cls.package)
        except metadata.PackageNotFoundError:
            return None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a process that measured one peer on one workload says.

    Attributes:
        version: The peer's version.
        decisions: What it decided, request by request; `None` where it has no words for the request.
        microseconds: The median of the passes over the requests it decided; `None` if it decided none.
        passes: How many passes there were.
        loaded: Seconds to parse the policies.
        memory: The process's largest resident size in MiB.
        inexpressible: Why it could not take the workload at all.
        figures: Further microseconds a decision, by regime.
    """

    version: str
    decisions: tuple[bool | None, ...]
    microseconds: float | None
    passes: int
    loaded: float
    memory: float
    inexpressible: str | None = None
    figures: Mapping[str, float] | None = None
