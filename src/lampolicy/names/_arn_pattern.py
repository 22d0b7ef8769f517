"""Patterns of ARNs in `Resource`: six parts; a star that ends an early part may run over colons (M5 to M7)."""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy._typing import TYPE_CHECKING
from lampolicy.names._glob import Matcher, Tokens, Wild, fold, fold_tokens, glob, is_literal, tokens

if TYPE_CHECKING:
    from typing import Final

    from lampolicy.names._colons import AtOnce

HEAD_PARTS = 5
"""The parts in front of the resource: `arn`, partition, service, region, account."""
MANY_COLONS: Final = 12
"""Above how many colons all places a star can reach are followed at once; below, one after the other is faster."""


def normal_arn(arn: str) -> str:
    """Lower the first five parts of an ARN, which compare without case; the resource part keeps its case."""
    parts = arn.split(":", HEAD_PARTS)
    if len(parts) <= HEAD_PARTS:
        return fold(arn)
    tail = parts.pop()
    return f"{fold(':'.join(parts))}:{tail}"


def arn_pattern(head: tuple[str, ...], tail: Tokens) -> Matcher:
    """Compile a pattern of six parts into a function of a normal ARN (`normal_arn`).

    Args:
        head: The first five parts as written; wildcards stay inside their part, but for a `*` that ends one (M7).
        tail: The sixth part.
    """
    parts = tuple(fold_tokens(tokens(part)) for part in head)
    if all(is_literal(part) for part in parts):
        return glob((":".join(fold(part) for part in head) + ":", *tail))
    lead, anchor, checks, match_tail = _lead(parts), _anchor(tail), _checks(parts), glob(tail)
    crossing = _Crossing(parts, tail, lead) if any(part and part[-1] is Wild.STAR for part in parts) else None

    def match(arn: str) -> bool:
        if not arn.startswith(lead) or anchor not in arn:
            return False
        pieces = arn.split(":", HEAD_PARTS)
        if len(pieces) <= HEAD_PARTS:
            return False
        for at, matches in checks:
            if not matches(pieces[at]):
                break
        else:
            if match_tail(pieces[HEAD_PARTS]):
                return True
        return crossing is not None and (colons := arn.count(":")) > HEAD_PARTS and crossing.match(arn, colons)

    return match


def _lead(parts: tuple[Tokens, ...]) -> str:
    """The text in front of the first wildcard, with which every ARN must begin that the parts match."""
    lead: list[str] = []
    for part in parts:
        for token in part:
            if not isinstance(token, str):
                return "".join(lead)
            lead.append(token)
        lead.append(":")
    return "".join(lead)


def _anchor(tail: Tokens) -> str:
    """The text with which the last part begins wherever it begins, behind a colon."""
    first = tail[0] if tail else None
    return f":{first}" if isinstance(first, str) else ":"


def _checks(parts: tuple[Tokens, ...]) -> tuple[tuple[int, Matcher], ...]:
    """Which of the first parts are to be matched behind the lead, a lone star matching every part."""
    first = next(at for at, part in enumerate(parts) if not is_literal(part))
    behind = ((at, part) for at, part in enumerate(parts) if at >= first and set(part) != {Wild.STAR})
    return tuple((at, glob(part)) for at, part in behind)


def short_arn_pattern(parts: tuple[str, ...]) -> Matcher:
    """Compile a pattern of fewer than six parts, as it is written, into a function of an ARN (M7 on its own text)."""
    *heads, last = (fold_tokens(tokens(part)) for part in parts)
    chain = tuple((glob(part), bool(part) and part[-1] is Wild.STAR) for part in heads)
    match_last, runs_on = glob(last), bool(last) and last[-1] is Wild.STAR

    def match(arn: str) -> bool:
        folded = fold(arn)
        if folded.count(":") > MANY_COLONS:
            from lampolicy.names._colons import match_short

            return match_short(heads, last, folded)
        starts: Iterator[int] = iter((0,))
        for head, crosses in chain:
            starts = _behind(folded, starts, head, runs_on=crosses)
        for start in starts:
            end = folded.find(":", start)
            if (end < 0 or runs_on) and match_last(folded[start:] if end < 0 else folded[start:end]):
                return True
        return False

    return match


class _Crossing:
    """The uncertain half of M7: a star that ends one of the first five parts eats whole segments of the ARN."""

    __slots__ = ("_at_once", "_heads", "_lead", "_lead_length", "_prefix", "_tail", "_written")

    def __init__(self, parts: tuple[Tokens, ...], tail: Tokens, behind: str) -> None:
        self._heads = tuple((glob(part), bool(part) and part[-1] is Wild.STAR) for part in parts)
        self._tail = glob(tail)
        lead = tail[: tail.index(Wild.STAR)] if Wild.STAR in tail else tail
        self._lead = glob((*lead, Wild.STAR)) if Wild.STAR in tail else self._tail
        self._prefix = "".join(map(str, lead)) if is_literal(lead) else None
        self._lead_length = 2 * sum(len(t) if isinstance(t, str) else 1 for t in lead)
        self._written = parts, tail, behind
        self._at_once: AtOnce | None = None

    def match(self, arn: str, colons: int) -> bool:
        """Whether an ARN of so many colons that begins with the literal lead of the pattern matches."""
        if colons > MANY_COLONS:
            if self._at_once is None:
                from lampolicy.names._colons import AtOnce

                self._at_once = AtOnce(*self._written)
            return self._at_once.match(arn)
        starts: Iterator[int] = iter((0,))
        folded = fold(arn)
        for head, runs_on in self._heads:
            starts = _behind(folded, starts, head, runs_on=runs_on)
        if self._lead is self._tail:
            least = len(arn) - self._lead_length
            return any(start >= least and self._tail(arn[start:]) for start in starts)
        # What follows the lead begins with a star: if it fails behind the first lead it fails behind every later one.
        if self._prefix is not None:
            prefix = self._prefix
            first = next((s for s in starts if arn.startswith(prefix, s)), None)
        else:
            first = next((s for s in starts if self._lead(arn[s : s + self._lead_length])), None)
        return first is not None and self._tail(arn[first:])


def _behind(arn: str, starts: Iterator[int], head: Matcher, *, runs_on: bool) -> Iterator[int]:
    """Where the next segment may begin once `head` has matched the segment at one of `starts`."""
    for start in starts:
        end = arn.find(":", start)
        if end < 0:
            return
        if head(arn[start:end]):
            yield end + 1
            while runs_on and (end := arn.find(":", end + 1)) >= 0:
                yield end + 1
            if runs_on:
                return
