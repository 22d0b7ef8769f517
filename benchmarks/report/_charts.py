"""Pictures of the report, drawn as SVG by hand: they need no library and differ only where a figure does."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.peers import PEERS
from benchmarks.peers._ours import FIRST, OFF, WARM
from benchmarks.report._results import Results
from benchmarks.report._table import microseconds

OURS_COLOUR, PEER_COLOUR, INK, GREY, GRID = "#0b6e4f", "#9aa5b1", "#1f2933", "#616e7c", "#e4e7eb"
SHADES = {FIRST: "#7bc8a4", OFF: "#2f9e77", WARM: OURS_COLOUR}
FONT = "font-family='system-ui, Segoe UI, Helvetica, Arial, sans-serif'"
LABEL_HEIGHT = 15


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart."""

    name: str
    points: Sequence[tuple[float, float]]
    colour: str
    width: float


def growth_chart(results: Results) -> str:
    """Microseconds a decision against statements, both by powers of ten."""
    width, height, left, right, top, bottom = 920, 520, 70, 230, 64, 56
    lines = list(_lines(results))
    values = [y for line in lines for _, y in line.points]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    sizes = sorted(results.growing)
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])

    def x(size: float) -> float:
        return left + (math.log10(size) - first) / (last - first) * (width - left - right)

    def y(value: float) -> float:
        return height - bottom - (math.log10(value) - low) / (high - low) * (height - top - bottom)

    parts = [_text(left, 26, "What a decision costs as a policy grows", size=17, weight="600")]
    parts.append(_text(left, 46, "microseconds, both axes by powers of ten; lower is better", colour=GREY))
    for power in range(low, high + 1):
        parts.append(_rule(left, y(10.0**power), width - right, y(10.0**power)))
        parts.append(_text(left - 8, y(10.0**power) + 4, _power(power), anchor="end", colour=GREY))
    parts += [_text(x(s), height - bottom + 20, f"{s:,}", anchor="middle", colour=GREY) for s in sizes]
    parts.append(
        _text((left + width - right) / 2, height - 12, "statements in the policy", anchor="middle", colour=GREY)
    )
    for line in lines:
        path = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in line.points)
        parts.append(
            f"<polyline points='{path}' fill='none' stroke='{line.colour}' stroke-width='{line.width}' "
            "stroke-linejoin='round'/>"
        )
        parts += [
            f"<circle cx='{x(s):.1f}' cy='{y(v):.1f}' r='{line.width + 0.6}' fill='{line.colour}'/>"
            for s, v in line.points
        ]
    parts += _labels(lines, x, y, width - right + 14, top, height - bottom)
    return _svg(width, height, parts, "Growth of the cost of a decision with the statements of a policy")


def _lines(results: Results) -> Iterator[Line]:
    sizes = results.growing
    for peer in PEERS:
        points = [(s, v) for s, name in sizes.items() if (v := results.theirs(name, peer.name)) is not None]
        if len(points) > 1:
            yield Line(peer.name, points, PEER_COLOUR, 1.6)
    for regime in (FIRST, OFF, WARM):
        points = [(s, v) for s, name in sizes.items() if (v := results.ours(name, regime)) is not None]
        if len(points) > 1:
            yield Line(f"lampolicy, {regime}", points, SHADES[regime], 3.0)


def _labels(lines: Sequence[Line], x: object, y: object, at: float, top: float, bottom: float) -> Iterator[str]:
    """Names at the ends of lines, moved apart where they would cover each other, with a thin line to where they end."""
    assert callable(x)
    assert callable(y)
    ends = sorted(((y(line.points[-1][1]), x(line.points[-1][0]), line) for line in lines), key=lambda e: e[0])
    places: list[float] = []
    for end, _, _ in ends:
        places.append(max(end, places[-1] + LABEL_HEIGHT) if places else max(end, top))
    spill = places[-1] - bottom if places else 0.0
    if spill > 0:
        places = [place - spill for place in places]
        for i in range(len(places) - 1, -1, -1):
            places[i] = min(places[i], ends[i][0])
    for place, (end, from_x, line) in zip(places, ends, strict=True):
        yield f"<path d='M{from_x + 5:.1f},{end:.1f} L{at - 4:.1f},{place:.1f}' stroke='{GRID}' fill='none'/>"
        ours = line.width > 2
        yield _text(at, place + 4, line.name, colour=line.colour if ours else GREY, weight="600" if ours else "400")


def bars_chart(results: Results, workload: str, title: str) -> str:
    """Microseconds a decision of everybody, by powers of ten."""
    rows = [(f"lampolicy, {r}", v, SHADES[r]) for r in (WARM, OFF, FIRST) if (v := results.ours(workload, r))]
    theirs = [(p.name, v) for p in PEERS if (v := results.theirs(workload, p.name)) is not None]
    for name, value in sorted(theirs, key=lambda row: row[1]):
        wrong = results.wrong(workload, name)
        rows.append((f"{name} *" if wrong else name, value, PEER_COLOUR))
    width, left, right, top, row = 920, 200, 110, 84, 30
    height = top + row * len(rows) + 34
    low = math.floor(math.log10(min(v for _, v, _ in rows) / 2))
    high = math.log10(max(v for _, v, _ in rows))

    def reach(value: float) -> float:
        return max((math.log10(value) - low) / (high - low), 0.004) * (width - left - right)

    parts = [_text(24, 28, title, size=17, weight="600")]
    parts.append(_text(24, 48, "microseconds a decision, by powers of ten; shorter is better", colour=GREY))
    for power in range(low, math.floor(high) + 1):
        x = left + (power - low) / (high - low) * (width - left - right)
        parts.append(_rule(x, top - 4, x, top + row * len(rows)))
        parts.append(_text(x, top - 8, _power(power), anchor="middle", colour=GREY, size=11))
    for number, (name, value, colour) in enumerate(rows):
        y = top + number * row
        ours = name.startswith("lampolicy")
        parts.append(_text(left - 10, y + 17, name, anchor="end", weight="600" if ours else "400"))
        parts.append(f"<rect x='{left}' y='{y + 3}' width='{reach(value):.1f}' height='20' rx='2' fill='{colour}'/>")
        parts.append(_text(left + reach(value) + 7, y + 17, microseconds(value), colour=GREY))
    if any(name.endswith("*") for name, _, _ in rows):
        parts.append(_text(24, height - 12, "* decides some of these requests wrongly: see the table", colour=GREY))
    return _svg(width, height, parts, title)


def _power(power: int) -> str:
    for unit, exponent in (("s", 6), ("ms", 3)):
        if power >= exponent:
            return f"{10 ** (power - exponent):,} {unit}"
    return f"{10.0**power:g} us"


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{GRID}'/>"


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 12, colour: str = INK, weight: str = "400"
) -> str:
    said = html.escape(text.replace(" us", " µs"))
    style = f"font-size='{size}' font-weight='{weight}' fill='{colour}' text-anchor='{anchor}'"
    return f"<text x='{x:.1f}' y='{y:.1f}' {style}>{said}</text>"


def _svg(width: int, height: int, parts: Sequence[str], title: str) -> str:
    head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' "
    head += f"role='img' aria-label='{html.escape(title)}' {FONT}>"
    ground = f"<rect width='{width}' height='{height}' fill='#ffffff'/>"
    return "\n".join((head, f"<title>{html.escape(title)}</title>", ground, *parts, "</svg>")) + "\n"
