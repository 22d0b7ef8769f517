"""Patterns of ARNs in `Resource`: six parts; a star that ends an early part may run over colons (M5 to M7)."""

from __future__ import annotations

from lampolicy.names._glob import Matcher, Tokens, Wild, fold, fold_tokens, glob, is_literal, tokens

HEAD_PARTS = 5
"""The parts in front of the resource: `arn`, partition, service, region, account."""


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
    strict = _part_by_part(tuple(glob(part) for part in parts), glob(tail))
    if not any(part and part[-1] is Wild.STAR for part in parts):
        return strict
    crossing = _Crossing(parts, tail)
    return lambda arn: strict(arn) or (arn.count(":") > HEAD_PARTS and crossing.match(arn))


def _part_by_part(heads: tuple[Matcher, ...], tail: Matcher) -> Matcher:
    def match(arn: str) -> bool:
        parts = arn.split(":", HEAD_PARTS)
        return len(parts) > HEAD_PARTS and all(m(p) for m, p in zip(heads, parts, strict=False)) and tail(parts[-1])

    return match


class _Crossing:
    """The uncertain half of M7: a star that ends one of the first five parts eats whole segments of the ARN."""

    __slots__ = ("_heads", "_lead", "_tail")

    def __init__(self, parts: tuple[Tokens, ...], tail: Tokens) -> None:
        self._heads = tuple((glob(part), bool(part) and part[-1] is Wild.STAR) for part in parts)
        self._tail = glob(tail)
        star = tail.index(Wild.STAR) if Wild.STAR in tail else None
        self._lead = None if star is None else glob((*tail[:star], Wild.STAR))

    def match(self, arn: str) -> bool:
        segments = arn.split(":")
        reached = self._after_head([fold(s) for s in segments])
        starts = _starts(segments)
        for index in sorted(reached):
            if index >= len(segments):
                continue
            rest = arn[starts[index] :]
            if self._lead is None:
                if self._tail(rest):
                    return True
            elif self._lead(rest):
                # What follows the lead begins with a star: if it fails here it fails at every later place too.
                return self._tail(rest)
        return False

    def _after_head(self, segments: list[str]) -> set[int]:
        reached = {0}
        for match, runs_on in self._heads:
            hits = [i for i in reached if i < len(segments) and match(segments[i])]
            onward = range(min(hits) + 1, len(segments) + 1) if runs_on and hits else (i + 1 for i in hits)
            reached = set(onward)
        return reached


def _starts(segments: list[str]) -> list[int]:
    starts: list[int] = []
    at = 0
    for segment in segments:
        starts.append(at)
        at += len(segment) + 1
    return starts
