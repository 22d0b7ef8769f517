"""Several patterns as one matcher."""

from __future__ import annotations

from lampolicy.names._glob import Matcher


def any_of(exact: frozenset[str], matchers: tuple[Matcher, ...]) -> Matcher:
    """A function that tells whether a text is one of `exact` or any of `matchers` matches it."""
    if not matchers:
        return exact.__contains__
    if not exact and len(matchers) == 1:
        return matchers[0]

    def match(text: str) -> bool:
        if text in exact:
            return True
        for matches in matchers:  # noqa: SIM110 - a generator costs as much as the match
            if matches(text):
                return True
        return False

    return match
