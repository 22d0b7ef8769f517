"""Whether a statement's action and resource match the request's (semantics M1 to M12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lampolicy.decision import OpenTest
from lampolicy.policy import AllExcept, PolicyKind, Selection, Version
from lampolicy.reference._glob import (
    ANY_RUN,
    ONE_IN_PART,
    RUN_IN_PART,
    Glob,
    Token,
    Tokens,
    ascii_lower,
    code_units,
    glob,
    glob_of,
    literal,
    matches,
    tokens,
)
from lampolicy.reference._question import Question, cut_at_fifth_colon
from lampolicy.reference._uncertain import SHORT_PATTERN, STAR_CROSSES_COLONS, UNRESOLVED_EXCLUDES_NOTHING
from lampolicy.reference._variables import Resolved, as_glob, as_tokens, resolve, unknown_keys, written_plainly

_PARTS: Final = 6
_POLICIES_OF_IDENTITIES: Final = frozenset({PolicyKind.IDENTITY, PolicyKind.BOUNDARY, PolicyKind.SESSION})


def action_matches(selection: Selection[str], action: str) -> bool:
    """M2, M11: one of the patterns matches; for `NotAction`, none does."""
    found = any(action_pattern_matches(pattern, action) for pattern in selection.patterns)
    return not found if isinstance(selection, AllExcept) else found


def action_pattern_matches(pattern: str, action: str) -> bool:
    """M2: prefix and name are globs of their own, both without regard to ASCII case."""
    if pattern == "*":
        return True
    wanted_prefix, _, wanted_name = ascii_lower(pattern).partition(":")
    prefix, _, name = ascii_lower(action).partition(":")
    return glob(wanted_prefix)(prefix) and glob(wanted_name)(name)


@dataclass(frozen=True, slots=True)
class ResourceMatch:
    """Whether a statement's resource matches.

    Attributes:
        possible: False if it does not match, whatever the unknown keys hold.
        open: The tests it hangs on; none if it matches for certain.
        every: Whether all open tests must hold (`NotResource`: the resource lies outside of each) or one suffices.
    """

    possible: bool
    open: tuple[OpenTest, ...] = ()
    every: bool = False

    def holds(self, assumed: frozenset[OpenTest]) -> bool:
        """Whether it matches if these tests hold and no others."""
        if not self.open or not self.possible:
            return self.possible
        return assumed.issuperset(self.open) if self.every else not assumed.isdisjoint(self.open)


def resource_match(question: Question, selection: Selection[str], kind: PolicyKind, version: Version) -> ResourceMatch:
    """M5 to M9, M12: one of the patterns matches; for `NotResource`, none does."""
    closed, unsure = _sorted_by_knowledge(question, selection, version)
    found = any(resource_pattern_matches(question, pattern, kind, version) for pattern in closed)
    if isinstance(selection, AllExcept):
        found = found or any(_excludes_unresolved(question, pattern, version) for pattern in closed)
        return ResourceMatch(possible=not found, open=() if found else _tests("NotResource", unsure), every=True)
    if unsure:
        return ResourceMatch(possible=True, open=() if found else _tests("Resource", unsure))
    return _MATCHES if found else _MATCHES_NOT


_MATCHES: Final = ResourceMatch(possible=True)
_MATCHES_NOT: Final = ResourceMatch(possible=False)


def _sorted_by_knowledge(
    question: Question, selection: Selection[str], version: Version
) -> tuple[Sequence[str], dict[str, frozenset[str]]]:
    if question.request.resource == "*" or not any("${" in pattern for pattern in selection.patterns):
        return selection.patterns, {}
    closed: list[str] = []
    unsure: dict[str, frozenset[str]] = {}
    for pattern in selection.patterns:
        unknown = unknown_keys(_sixth_part(pattern), version, question.value)
        if unknown:
            unsure[pattern] = unknown
        else:
            closed.append(pattern)
    return closed, unsure


def _tests(element: str, unsure: dict[str, frozenset[str]]) -> tuple[OpenTest, ...]:
    return tuple(OpenTest(tuple(sorted(keys)), f"{element} {pattern}") for pattern, keys in unsure.items())


def _excludes_unresolved(question: Question, pattern: str, version: Version) -> bool:
    """M12, uncertain: a `NotResource` pattern whose variable cannot be resolved excludes nothing."""
    unresolved = resolve(_sixth_part(pattern), version, question.value) is None
    return unresolved and not question.reads(UNRESOLVED_EXCLUDES_NOTHING)


def resource_pattern_matches(question: Question, pattern: str, kind: PolicyKind, version: Version) -> bool:
    """M5, M9: `*` matches everything, and nothing else matches an action without a resource."""
    arn = question.request.resource
    if pattern == "*":
        return True
    if arn == "*":
        return False
    if _is_short(pattern) and _matches_as_written(question, pattern, kind):
        return True
    written = _padded(question, pattern, kind)
    if written is None:
        return False
    resolved = resolve(_sixth_part(written), version, question.value)  # V2
    if resolved is None:
        return False  # V4
    if _matches_part_by_part(question, written, resolved):
        return True
    return _matches_over_colons(written, resolved, arn) and star_crosses_colons(question)


def star_crosses_colons(question: Question) -> bool:
    """M7, uncertain: a `*` at the end of one of the first five parts runs over colons."""
    return question.reads(STAR_CROSSES_COLONS)


def _is_short(pattern: str) -> bool:
    return pattern.count(":") < _PARTS - 1


def _matches_as_written(question: Question, pattern: str, kind: PolicyKind) -> bool:
    """M7 on a short pattern: `arn:aws:dynamodb:*:table/prod-*` names a table by a star that runs over colons."""
    text = code_units(pattern)
    early = tuple(_early_token(unit, text[at + 1 : at + 2] or ":") for at, unit in enumerate(text))
    found = matches(early, question.request.resource)
    return found and short_pattern_may_match(question, pattern, kind) and star_crosses_colons(question)


def _padded(question: Question, pattern: str, kind: PolicyKind) -> str | None:
    """The pattern with six parts; `None` if it is too short to match anything."""
    missing = _PARTS - len(pattern.split(":", _PARTS - 1))
    if missing == 0:
        return pattern
    return pattern + ":*" * missing if short_pattern_may_match(question, pattern, kind) else None


def short_pattern_may_match(question: Question, pattern: str, kind: PolicyKind) -> bool:
    """M8, uncertain: which patterns of fewer than six parts are filled up with `*`."""
    if not question.reads(SHORT_PATTERN) or kind is PolicyKind.RESOURCE_CONTROL:
        return False
    if kind is PolicyKind.SERVICE_CONTROL:
        return pattern.endswith("*")
    return kind in _POLICIES_OF_IDENTITIES or "*" in pattern or "?" in pattern


_cut = lru_cache(maxsize=4096)(cut_at_fifth_colon)


def _sixth_part(pattern: str) -> str:
    return "" if _is_short(pattern) else _cut(pattern)[1]


def _matches_part_by_part(question: Question, pattern: str, resource: Resolved) -> bool:
    """M5: part against part, every wildcard in its own; case counts in the last part alone."""
    wanted, _ = _cut(pattern)
    given, name = question.arn
    same = wanted == given or (_is_wild(wanted) and _globs_match(wanted, given))
    return same and as_glob(resource)(name)


def _is_wild(text: str) -> bool:
    return "*" in text or "?" in text


def _globs_match(wanted: str, given: str) -> bool:
    return all(glob(part)(text) for part, text in zip(wanted.split(":"), given.split(":"), strict=True))


def _matches_over_colons(pattern: str, resource: Resolved, arn: str) -> bool:
    """M7: as `_matches_part_by_part`, but a `*` at the end of one of the first five parts runs over colons."""
    wanted, _ = _cut(pattern)
    if "*:" not in wanted:
        return False
    if (name := written_plainly(resource)) is not None:
        return _glob_over_colons(wanted, name)(arn)
    return matches(_early_tokens(wanted) + as_tokens(resource), arn)


@lru_cache(maxsize=4096)
def _glob_over_colons(early: str, name: str) -> Glob:
    return glob_of(_early_tokens(early) + tokens(name))


def _early_tokens(early: str) -> Tokens:
    """Case does not count, and `*` runs over colons only at a part's end."""
    text = code_units(early)
    return tuple(_early_token(unit, text[at + 1 : at + 2]) for at, unit in enumerate(text))


def _early_token(unit: str, following: str) -> Token:
    match unit:
        case "*":
            return ANY_RUN if following == ":" else RUN_IN_PART
        case "?":
            return ONE_IN_PART
        case _:
            return literal(unit, ignore_case=True)
