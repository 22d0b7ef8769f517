"""The report: a run's results as text for a terminal, and as the page `docs/explanation/performance.md`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from benchmarks.peers import INSTALL_NODE, OURS, PEERS, ROOT
from benchmarks.report import _tables as tables
from benchmarks.report._charts import bars_chart, growth_chart
from benchmarks.report._goals import goals_table, missed, scale
from benchmarks.report._results import Results
from benchmarks.report._table import Table

PAGE = ROOT / "docs" / "explanation" / "performance.md"
TEMPLATE = Path(__file__).with_name("performance.template.md")
_PLACE = re.compile(r"\{\{ *([a-z0-9 ]+) *\}\}")


def files(value: Mapping[str, object]) -> dict[Path, str]:
    """The page and its pictures."""
    results = Results(value)
    found = {PAGE: filled(TEMPLATE.read_text(), texts(results))}
    found[PAGE.with_name("performance-growth.svg")] = growth_chart(results)
    found[PAGE.with_name("performance-peers.svg")] = bars_chart(
        results, "W1", "One function asked again and again (W1)"
    )
    return found


def write(value: Mapping[str, object]) -> None:
    """Write them."""
    for path, text in files(value).items():
        path.write_text(text)


def stale(value: Mapping[str, object]) -> list[str]:
    """What is not on disk as it would be written."""
    return [
        str(path.relative_to(ROOT))
        for path, text in files(value).items()
        if not path.is_file() or path.read_text() != text
    ]


def filled(template: str, given: Mapping[str, str]) -> str:
    """A template with its places filled; every text is used, and every place has one.

    Raises:
        KeyError: A place has no text, or a text no place.
    """
    unused = given.keys() - {m[1].strip() for m in _PLACE.finditer(template)}
    if unused:
        raise KeyError(f"the template has no place for {sorted(unused)}")
    return _PLACE.sub(lambda m: given[m[1].strip()], template)


def texts(results: Results) -> dict[str, str]:
    """What fills the page's places."""
    value = results.value
    return {
        "machine": _machine(results),
        "versions": ", ".join(f"{name} {version}" for name, version in value["versions"].items()),
        "differences": _differences(value),
        "minutes": f"{value['minutes']:g}",
        "install node": INSTALL_NODE,
        "goals": goals_table(results).markdown(),
        "missed": _missed(results),
        "scale": scale(results),
        "speed": tables.speed(results).markdown(),
        "peers w1": tables.peers(results, "W1").markdown(),
        "peers w2": tables.peers(results, "W2").markdown() if "W2" in results.workloads else "Not measured.",
        "how": "\n".join(f"- **{p.name}** (`{p.package}`): {p.remark}." for p in PEERS),
        "growth": tables.growth(results).markdown(),
        "hostile": tables.hostile(results).markdown(),
        "start": tables.start(results).markdown(),
        "costs": tables.costs(results).markdown(),
        "columns": tables.columns(results).markdown(),
    }


def as_text(value: Mapping[str, object]) -> str:
    """The results for a terminal."""
    results = Results(value)
    parts = [f"{_machine(results)}; took {results.value['minutes']} min", _differences(results.value)]
    shown: list[tuple[str, Table]] = [("Regimes", tables.speed(results))]
    shown += [(f"{w}, side by side", tables.peers(results, w)) for w in results.workloads]
    shown += [
        ("Growth", tables.growth(results)),
        ("Hostile patterns (W4)", tables.hostile(results)),
        ("Process start", tables.start(results)),
        ("Other costs", tables.costs(results)),
        ("Columns (W6)", tables.columns(results)),
        ("Goals", goals_table(results)),
    ]
    parts += [f"{title}\n{table.text()}" for title, table in shown]
    return "\n\n".join(part for part in parts if part).replace("**", "").replace("`", "")


def _machine(results: Results) -> str:
    machine = results.value["machine"]
    return (
        f"{machine['date']}, commit {machine['commit']}: {machine['cores']} cores {machine['processor']}, "
        f"{machine['memory GiB']} GiB, {machine['system']}, load {machine['load before']} before the run"
    )


def _differences(value: Mapping[str, object]) -> str:
    differences = value["differences"]
    assert isinstance(differences, list)
    if not differences:
        return f"All workloads are those recorded, with the policies of moto {value['recorded with moto']}."
    return "**Not the recorded workloads:** " + "; ".join(map(str, differences)) + "."


def _missed(results: Results) -> str:
    found = missed(results)
    return "Every goal is reached." if not found else "Missed: " + "; ".join(found) + "."


__all__ = ["OURS", "PAGE", "TEMPLATE", "as_text", "files", "filled", "stale", "texts", "write"]
