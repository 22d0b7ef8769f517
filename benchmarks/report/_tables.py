"""The tables of the report."""

from __future__ import annotations

from benchmarks.peers import OURS, PEERS
from benchmarks.peers._ours import ALLOWS, COLLECTED, FIRST, OFF, WARM
from benchmarks.report._results import ALL_REGIMES, REGIMES, Results, Value
from benchmarks.report._table import Table, figure, microseconds, times
from benchmarks.workloads import cases

_WORDS = {
    "W1": "W1: one function, 15 statements, 10,000 requests",
    "W2": "W2: two accounts, 1,200 policies, 100,000 requests",
}


def speed(results: Results) -> Table:
    """Microseconds a decision of ours in every regime."""
    rows = []
    for workload in results.workloads:
        regimes = (FIRST, OFF, WARM, ALLOWS)
        rows.append((_name(workload), *(_with_deviation(results, workload, r) for r in regimes)))
    return Table(("microseconds a decision", FIRST, OFF, WARM, "`allows`, warm"), tuple(rows))


def _with_deviation(results: Results, workload: str, regime: str) -> str:
    deviation = results.deviation(workload, regime)
    spread = "" if deviation is None else f" ± {figure(deviation)}"
    return f"{figure(results.ours(workload, regime))}{spread}"


def _name(workload: str) -> str:
    if workload.startswith("W3-"):
        return f"W3: {int(workload[3:]):,} statements"
    return _WORDS.get(workload, workload)


def peers(results: Results, workload: str) -> Table:
    """Every peer on a workload, with its mismatches and what it could express; absent ones, too."""
    head = ("peer", "a decision", *(f"over ours, {regime}" for regime in REGIMES), "wrong", "expressed, of those asked")
    rows = [_row_of_ours(results, workload)]
    found = [(results.theirs(workload, p.name) or float("inf"), p.name) for p in PEERS]
    rows += [_row(results, workload, name) for _, name in sorted(found)]
    return Table(head, tuple(rows))


def _row_of_ours(results: Results, workload: str) -> tuple[str, ...]:
    outcome = results.outcome(workload, OURS.name) or {}
    rounds = outcome.get("figures", {})
    figures = [sorted(rounds[r])[len(rounds[r]) // 2] if rounds.get(r) else None for r in REGIMES]
    together = " / ".join(figure(f) for f in figures)
    share = f"{outcome.get('expressed', 0):,} of {outcome.get('asked', 0):,}"
    return ("**lampolicy** (first sight / memo off / warm)", f"{together} us", "1", "1", "1", "0", share)


def _row(results: Results, workload: str, name: str) -> tuple[str, ...]:
    outcome = results.outcome(workload, name)
    if outcome is None or outcome["status"] != "measured":
        status = "not measured" if outcome is None else _status(outcome)
        return (_with_version(name, outcome), status, "-", "-", "-", "-", _share(outcome))
    ratios = [times(results.ratio(workload, name, regime)) for regime in REGIMES]
    taken = microseconds(results.theirs(workload, name))
    return (_with_version(name, outcome), taken, *ratios, _wrong(outcome), _share(outcome))


def _with_version(name: str, outcome: Value | None) -> str:
    version = (outcome or {}).get("version")
    return f"{name} {version}" if version else name


def _status(outcome: Value) -> str:
    remark = f": {outcome['remark']}" if outcome["remark"] else ""
    return f"{outcome['status']}{remark}"


def _wrong(outcome: Value) -> str:
    wrong, decided = outcome["wrong"], outcome["expressed"]
    return "0" if not wrong else f"**{wrong:,}** ({wrong / decided:.0%})"


def _share(outcome: Value | None) -> str:
    if outcome is None or not outcome["asked"]:
        return "-"
    return f"{outcome['expressed']:,} of {outcome['asked']:,} ({outcome['expressed'] / outcome['asked']:.0%})"


def growth(results: Results) -> Table:
    """Microseconds a decision by number of statements."""
    sizes = results.growing
    rows = [
        (f"**lampolicy, {regime}**", *(figure(results.ours(name, regime)) for name in sizes.values()))
        for regime in reversed(REGIMES)
    ]
    for peer in PEERS:
        cells = []
        for name in sizes.values():
            outcome = results.outcome(name, peer.name)
            found = results.theirs(name, peer.name)
            cells.append(figure(found) if found else ("-" if outcome is None else str(outcome["status"])))
        rows.append((peer.name, *cells))
    return Table(("microseconds a decision", *(f"{size:,}" for size in sizes)), tuple(rows))


def hostile(results: Results) -> Table:
    """How everybody fared with hostile patterns."""
    worst = results.hostile_worst
    count = results.value["hostile"]["cases"]
    rows = [
        (f"**lampolicy, {regime}**", microseconds(taken), f"`{name}`", "0", "0", "0")
        for regime, (taken, name) in worst.items()
    ]
    for peer in PEERS:
        found = results.value["hostile"]["peers"].get(peer.name)
        if found is None:
            continue
        if found["status"] != "measured":
            rows.append((peer.name, found["status"], "-", "-", "-", "-"))
            continue
        answered = {n: t for n, t in found["cases"].items() if t is not None and n in cases()}
        hung = sum(t is None for t in found["cases"].values())
        taken, name = max(((t, n) for n, t in answered.items()), default=(None, "-"))
        asked = f"{hung} of {len(found['cases'])}" if hung else "0"
        rows.append(
            (
                peer.name,
                microseconds(taken),
                f"`{name}`",
                asked,
                str(len(found["wrong"])),
                str(len(found["inexpressible"])),
            )
        )
    return Table((f"{count} cases", "slowest answer", "its case", "ended after 1 s", "wrong", "no words"), tuple(rows))


def start(results: Results) -> Table:
    """Milliseconds from the start of a process."""
    bare = {"Python": results.start("bare Python"), "Node": results.start("bare Node")}
    rows = []
    for name, found in results.value["start"].items():
        if isinstance(found, str):
            rows.append((name, found, "-"))
            continue
        taken = results.start(name)
        base = bare["Node" if "iam-simulate" in name or "cedar-wasm" in name else "Python"]
        more = "-" if taken is None or base is None or name.startswith("bare") else f"+{figure(taken - base)} ms"
        rows.append((name, f"{figure(taken)} ms", more))
    return Table(("process start to", "", "over the bare interpreter"), tuple(rows))


def costs(results: Results) -> Table:
    """Everything else that has a cost."""
    rows: list[tuple[str, str]] = []

    def add(what: str, value: float | None, unit: str) -> None:
        rows.append((what, "not measured" if value is None else f"{figure(value)} {unit}"))

    add("W2 at first sight with the collector of cycles on, a decision", results.ours("W2", COLLECTED), "us")
    policies = results.cost("load", "policies")
    if policies is not None:
        add(f"W5: JSON of {policies:,.0f} managed policies to values (orjson)", results.cost("load", "json ms"), "ms")
        add("W5: values to typed statements", results.cost("load", "typed ms"), "ms")
        add("W5: those compiled and filed by action", results.cost("load", "filed ms"), "ms")
        add("W5: all three with the collector of cycles on", results.cost("load", "collecting ms"), "ms")
    add("an entry of the memo, the resource's text included", results.cost("memo", "bytes an entry"), "bytes")
    count = results.cost("principals", "principals")
    if count is not None:
        shared = results.cost("principals", "policies")
        add(f"{shared:,.0f} managed policies in memory", results.cost("principals", "MiB of the policies"), "MiB")
        add(f"each of {count:,.0f} roles over them, at rest", results.cost("principals", "bytes a principal"), "bytes")
        add(
            "each of those roles once it has asked",
            results.cost("principals", "bytes a principal that has asked"),
            "bytes",
        )
        add("all of that in one process", results.cost("principals", "MiB in all"), "MiB")
        add("a role's very first decision", results.cost("principals", "us a first decision"), "us")
    for workload in ("W1", "W2"):
        add(f"`explain`, {workload}, every fix proved", results.cost("explanation", f"{workload} explain us"), "us")
        add(f"every statement's outcome alone, {workload}", results.cost("explanation", f"{workload} trace us"), "us")
    add("a row of JSON to its decision, warm", results.cost("json rows", "us"), "us")
    add("a `Request` of JSON to its decision, warm", results.cost("wire rows", "us"), "us")
    return Table(("what", "cost"), tuple(rows))


def columns(results: Results) -> Table:
    """Rows a second as columns."""
    value = results.value["columns"]
    if value["status"] != "measured":
        return Table(("W6", ""), (("not measured", f"{value['status']}: {value['remark']}"),))
    rows = (
        ("rows", f"{value['rows']:,}{'' if value.get('as recorded') else ', not those recorded'}"),
        ("rows a second, first time", f"{value['first rows/s']:,.0f}"),
        ("rows a second, the same again", f"{value['warm rows/s']:,.0f}"),
        ("the table", f"{value['table MiB']:,.0f} MiB"),
        ("memory of the process at most, the table included", f"{value['MiB at most']:,.0f} MiB"),
        ("decisions compared with the engine's", f"{value['checked']:,}, {value['wrong']} wrong"),
    )
    return Table(("W6", ""), rows)


__all__ = ["ALL_REGIMES", "columns", "costs", "growth", "hostile", "peers", "speed", "start"]
