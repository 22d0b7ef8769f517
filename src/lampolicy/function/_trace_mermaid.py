"""A trace as a Mermaid flowchart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lampolicy.diagnostic import visible
from lampolicy.function._trace_text import said_of, why_of
from lampolicy.function._trace_types import Hop, Node, Result, Trace

_SHAPES: Final = {
    "source": ('(["', '"])'),
    "function": ('["', '"]'),
    "role": ('{{"', '"}}'),
    "target": ('[("', '")]'),
    "relay": ('(["', '"])'),
}
_COLOURS: Final = {Result.ALLOWED: "#2da44e", Result.REFUSED: "#cf222e", Result.OPEN: "#bf8700"}
_LINES: Final = {Result.ALLOWED: "-->", Result.REFUSED: "-.->", Result.OPEN: "-.->"}
_WIDTH: Final = 60
_PLAIN: Final = frozenset(" ._:/@+=,*-~")


def mermaid_of(trace: Trace) -> str:
    """Draw a trace as a Mermaid flowchart; nothing in a name can act as Mermaid or HTML."""
    lines = ["flowchart TD"]
    lines += [f"    n{number}{_box(node)}" for number, node in enumerate(trace.nodes)]
    for number, hop in enumerate(trace.hops):
        lines.append(f'    n{hop.start} {_LINES[hop.result]}|"{_label(trace, hop)}"| n{hop.end}')
        colour = _COLOURS[hop.result]
        faded = "" if trace.reached(hop) else ",opacity:0.5"
        lines.append(f"    linkStyle {number} stroke:{colour},stroke-width:2px{faded}")
    lines += list(_broken(trace))
    return "\n".join(lines) + "\n"


def _box(node: Node) -> str:
    left, right = _SHAPES[node.kind]
    return f"{left}{escaped(node.name)}{right}"


def _label(trace: Trace, hop: Hop) -> str:
    told = f"{escaped(hop.does)}<br/>{escaped(said_of(trace, hop))}"
    why = why_of(hop)
    return f"{told}<br/>{escaped(why)}" if why else told


def _broken(trace: Trace) -> Iterator[str]:
    if trace.broken is not None:
        yield f"    style n{trace.broken.end} stroke:{_COLOURS[Result.REFUSED]},stroke-width:3px"


def escaped(text: str) -> str:
    """Write a text for a label; what Mermaid, Markdown or HTML could read as more than itself by number."""
    shown = visible(text)
    pieces = [shown[start : start + _WIDTH] for start in range(0, len(shown), _WIDTH)] or [""]
    return "<br/>".join("".join(map(_character, piece)) for piece in pieces)


def _character(character: str) -> str:
    return character if character.isalnum() or character in _PLAIN else f"#{ord(character)};"
