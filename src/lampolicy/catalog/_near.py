"""Near misses: the word somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def near(word: str, words: Iterable[str], *, closeness: float = 0.7) -> str | None:
    """Return the word of `words` that is most like `word`, or `None` if none is like it.

    Letter case does not count; the answer is spelled as in `words`. Cost grows with the number of words times their
    length, so give the words of one service, not all of AWS.

    Args:
        word: What was written, at most a few hundred characters.
        words: What could have been meant.
        closeness: From 0 (anything) to 1 (equal).
    """
    from difflib import get_close_matches

    spelled = {candidate.lower(): candidate for candidate in words}
    found = get_close_matches(word.lower(), spelled, n=1, cutoff=closeness)
    return spelled[found[0]] if found else None
