"""Measure lampolicy beside its peers: `python -m benchmarks quick`, `report` or `gates`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the commands."""
    given = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = given.command
    return command(given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    quick = commands.add_parser("quick", help="a subset in two minutes, printed")
    quick.add_argument("--keep", type=Path, help="a JSON to keep the results in")
    quick.set_defaults(command=_quick)

    report = commands.add_parser("report", help="everything, in some 25 minutes, into docs/explanation/performance.md")
    report.add_argument("--keep", type=Path, default=RESULTS, help="the JSON to keep the results in")
    report.set_defaults(command=_report)

    render = commands.add_parser("render", help="write docs/explanation/performance.md from the results kept")
    render.add_argument("--kept", type=Path, default=RESULTS, help="the JSON that holds the results")
    render.add_argument("--check", action="store_true", help="only say whether the page is what it would be")
    render.set_defaults(command=_render)

    gates = commands.add_parser("gates", help="the gates that .ci/run holds")
    gates.add_argument(
        "--break", dest="broken", choices=_BREAKAGES, help="break the engine first, to see a gate go red"
    )
    gates.add_argument("only", nargs="*", metavar="GATE", help="gates to measure; all if none is named")
    gates.set_defaults(command=_gates)

    record = commands.add_parser("record", help="record the workloads' checksums after a generator has changed")
    record.set_defaults(command=_record)
    return parser


_BREAKAGES = ("index", "memo", "bound", "engine", "patterns", "import")


def _quick(given: argparse.Namespace) -> int:
    from benchmarks import measure, report

    results = measure.quick(measure.to_terminal)
    measure.to_terminal("")
    if given.keep is not None:
        given.keep.write_text(json.dumps(results, indent=1) + "\n")
    print(report.as_text(results))
    return 0


def _report(given: argparse.Namespace) -> int:
    from benchmarks import measure, report

    results = measure.full(measure.to_terminal)
    measure.to_terminal("")
    given.keep.write_text(json.dumps(results, indent=1) + "\n")
    report.write(results)
    print(report.as_text(results))
    print(f"written: {given.keep}, {report.PAGE} and its pictures")
    return 0


def _render(given: argparse.Namespace) -> int:
    from benchmarks import report

    results = json.loads(given.kept.read_text())
    if not given.check:
        report.write(results)
        return 0
    stale = report.stale(results)
    for path in stale:
        print(f"{path} is not what `python -m benchmarks render` writes")
    return 1 if stale else 0


def _gates(given: argparse.Namespace) -> int:
    from benchmarks import gates

    return gates.run(given.broken, given.only)


def _record(_given: argparse.Namespace) -> int:
    from benchmarks import recording

    return recording.record()


if __name__ == "__main__":
    sys.exit(main())
