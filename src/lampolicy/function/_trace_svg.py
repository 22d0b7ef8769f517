"""A trace as a standalone SVG picture."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from textwrap import wrap
from typing import Final, NamedTuple

from lampolicy.diagnostic import visible
from lampolicy.function._trace_text import headline, said_of, why_of
from lampolicy.function._trace_types import Hop, Result, Trace

_WIDTH: Final = 840
_MARGIN: Final = 24
_STEP: Final = 28
"""How far a node stands to the right of the one before it, at most."""
_MOST_RIGHT: Final = 420
"""How far the last node of a long chain may stand to the right."""
_LINE: Final = 18
_LETTER: Final = 7.3
"""Width of a letter of 12 pixels in a monospaced font, in pixels."""
_CLASSES: Final = {Result.ALLOWED: "ok", Result.REFUSED: "bad", Result.OPEN: "open"}
_SIGNS: Final = {Result.ALLOWED: "✓", Result.REFUSED: "✗", Result.OPEN: "?"}
_STYLE: Final = """
  text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2328 }
  .page { fill: #ffffff; stroke: #d0d7de } .box { fill: #f6f8fa; stroke: #8c959f } .kind { fill: #59636e }
  .head { font-weight: bold } line, path { stroke-width: 2; fill: none }
  .ok { stroke: #1a7f37 } .bad { stroke: #cf222e } .open { stroke: #9a6700 }
  text.ok { stroke: none; fill: #1a7f37 } text.bad { stroke: none; fill: #cf222e; font-weight: bold }
  text.open { stroke: none; fill: #9a6700 } .unreached { opacity: 0.55 } path.unreached { stroke-dasharray: 4 4 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .page { fill: #0d1117; stroke: #30363d } .box { fill: #161b22; stroke: #6e7681 }
    .kind { fill: #9198a1 } .ok { stroke: #3fb950 } .bad { stroke: #f85149 } .open { stroke: #d29922 }
    text.ok { fill: #3fb950 } text.bad { fill: #f85149 } text.open { fill: #d29922 }
  }
"""


class _Row(NamedTuple):
    """A node with the hop that leads to it, and where they stand."""

    x: int
    top: int
    words: list[str]
    names: list[str]
    hop: Hop | None

    @property
    def box(self) -> int:
        """Top of the node's box, below the words of its hop."""
        return self.top + _LINE * len(self.words) + (14 if self.words else 0)

    @property
    def bottom(self) -> int:
        """Bottom of the box."""
        return self.box + 14 + _LINE * (len(self.names) + 1)


def svg_of(trace: Trace) -> str:
    """Draw a trace, one node below the other; text of others is escaped, and nothing is loaded from elsewhere."""
    title = _wrapped(headline(trace), _MARGIN)
    rows = _rows(trace, _MARGIN + _LINE * len(title) + 16)
    height = rows[-1].bottom + _MARGIN
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{_text(headline(trace))}">',
        f"<title>{_text(str(trace.path))}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="page" x="0.5" y="0.5" width="{_WIDTH - 1}" height="{height - 1}" rx="8"/>',
        *_lines(title, _MARGIN, _MARGIN + 12, f"head {_CLASSES[trace.result]}"),
        *(line for row, node in zip(rows, trace.nodes, strict=True) for line in _node(row, node.kind)),
        *(line for row in rows for line in _edge(trace, rows, row)),
        "</svg>",
    ]
    return "\n".join(body) + "\n"


def _rows(trace: Trace, top: int) -> list[_Row]:
    leading = {hop.end: hop for hop in trace.hops}
    rows: list[_Row] = []
    step = min(_STEP, _MOST_RIGHT // max(1, len(leading)))
    for number, node in enumerate(trace.nodes):
        hop = leading.get(number)
        x = _MARGIN if hop is None else rows[hop.start].x + step
        words = [] if hop is None else _wrapped(_hop_words(trace, hop), x + _STEP)
        row = _Row(x, rows[-1].bottom + 12 if rows else top, words, _wrapped(node.name, x + 12), hop)
        rows.append(row)
    return rows


def _hop_words(trace: Trace, hop: Hop) -> str:
    why = why_of(hop)
    told = f"{_SIGNS[hop.result]} {hop.does}: {said_of(trace, hop)}"
    return f"{told}. {why}" if why else told


def _node(row: _Row, kind: str) -> Iterator[str]:
    width = _WIDTH - _MARGIN - row.x
    height = row.bottom - row.box
    yield f'<rect class="box" x="{row.x}" y="{row.box}" width="{width}" height="{height}" rx="6"/>'
    yield from _lines([kind], row.x + 12, row.box + 20, "kind")
    yield from _lines(row.names, row.x + 12, row.box + 20 + _LINE, "name")


def _edge(trace: Trace, rows: list[_Row], row: _Row) -> Iterator[str]:
    if row.hop is None:
        return
    kind = _CLASSES[row.hop.result] + ("" if trace.reached(row.hop) else " unreached")
    x, start, end = rows[row.hop.start].x + 12, rows[row.hop.start].bottom, row.box + 22
    tip = row.x - 2
    arrow = f"M {tip - 6} {end - 5} L {tip} {end} L {tip - 6} {end + 5}"
    yield f'<path class="{kind}" d="M {x} {start} V {end} H {tip} {arrow}"/>'
    yield from _lines(row.words, row.x + 4, row.top + 14, kind)


def _lines(lines: list[str], x: int, y: int, kind: str) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f'<text class="{kind}" x="{x}" y="{y + number * _LINE}">{_text(line)}</text>'


def _wrapped(text: str, x: int) -> list[str]:
    most = int((_WIDTH - _MARGIN - x - 12) / _LETTER)
    return wrap(visible(text), most, break_on_hyphens=False) or [""]


def _text(text: str) -> str:
    return escape(visible(text), quote=True)
