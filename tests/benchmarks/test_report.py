"""The page is a template filled from the results that are committed beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import benchmarks.__main__ as command
from benchmarks import report
from benchmarks.peers import PEERS
from benchmarks.report import _goals, _tables
from benchmarks.report._results import Results
from benchmarks.report._table import Table, figure, microseconds, times

KEPT: dict[str, Any] = json.loads(command.RESULTS.read_text())


def _kept() -> dict[str, Any]:
    value: dict[str, Any] = json.loads(json.dumps(KEPT))
    return value


def test_the_page_is_what_its_results_say() -> None:
    assert report.stale(KEPT) == []


def test_a_page_that_was_edited_by_hand_is_stale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(report, "PAGE", tmp_path / "performance.md")
    monkeypatch.setattr(report, "ROOT", tmp_path)
    report.write(KEPT)
    assert report.stale(KEPT) == []

    report.PAGE.write_text(report.PAGE.read_text().replace("cedarpy", "cedarpie"))

    assert report.stale(KEPT) == ["performance.md"]


def test_a_place_without_text_and_a_text_without_place_are_refused() -> None:
    with pytest.raises(KeyError, match="missing"):
        report.filled("{{ missing }}", {})
    with pytest.raises(KeyError, match="left over"):
        report.filled("nothing", {"left over": ""})


def test_every_peer_has_a_row_whatever_became_of_it() -> None:
    value = _kept()
    found = value["side by side"]["W1"]
    found["cedarpy"] = {**found["cedarpy"], "status": "absent", "remark": "cedarpy is not installed", "rounds": []}
    found["vakt"] |= {"wrong": 50, "expressed": 100, "asked": 200}
    rows = {row[0].split(" ")[0]: row for row in _tables.peers(Results(value), "W1").rows}

    assert {peer.name.split(" ")[0] for peer in PEERS} <= rows.keys()
    assert rows["cedarpy"][1] == "absent: cedarpy is not installed"
    assert rows["vakt"][-2:] == ("**50** (50%)", "100 of 200 (50%)")


def test_no_figure_of_a_peer_stands_without_its_mismatches_and_its_share() -> None:
    for workload in Results(KEPT).workloads:
        for row in _tables.peers(Results(KEPT), workload).rows:
            if any(unit in row[1] for unit in (" us", " ms")):
                assert row[-2] not in {"", "-"}
                assert " of " in row[-1]


def test_a_goal_is_missed_reached_or_stretched() -> None:
    goal = next(g for g in _goals.GOALS if g.what.startswith("W3 memo off, 100,000"))

    assert [goal.verdict(v) for v in (None, 3.1, 3.0, 1.5)] == ["not measured", "**missed**", "must", "stretch"]


def test_a_ratio_against_a_peer_is_better_the_larger_it_is() -> None:
    goal = next(g for g in _goals.GOALS if g.what.startswith("W1 warm, cedarpy"))

    assert [goal.verdict(v) for v in (79.0, 80.0, 150.0)] == ["**missed**", "must", "stretch"]


def test_quoted_figures_are_called_so() -> None:
    for goal, row in zip(_goals.GOALS, _goals.goals_table(Results(KEPT)).rows, strict=True):
        assert ("yams" in goal.what) is goal.quoted
        assert ("(quoted)" in row[0]) is goal.quoted


def test_the_best_peer_is_one_that_decides_everything_right() -> None:
    value = _kept()
    for peer in value["side by side"]["W1"].values():
        peer["wrong"] = 1
    assert Results(value).best_peer("W1", "warm") is None

    value["side by side"]["W1"]["cedarpy"]["wrong"] = 0
    best = Results(value).best_peer("W1", "warm")
    assert best is not None
    assert best[1] == "cedarpy"


def test_workloads_of_another_moto_are_named_on_the_page() -> None:
    value = _kept()
    value["differences"] = ["W2 is not the recorded workload"]

    assert "Not the recorded workloads:" in report.files(value)[report.PAGE]


@pytest.mark.parametrize("name", ["performance-growth.svg", "performance-peers.svg"])
def test_pictures_are_well_formed_and_name_everybody_that_was_measured(name: str) -> None:
    picture = report.files(KEPT)[report.PAGE.with_name(name)]
    words = " ".join(ET.fromstring(picture).itertext())  # noqa: S314 - our own picture

    assert "lampolicy, warm" in words
    assert "cedarpy" in words


def test_figures_read_as_a_person_writes_them() -> None:
    assert [figure(v) for v in (None, 0, 0.456, 12.34, 1234.5)] == ["-", "0", "0.46", "12.3", "1,234"]
    assert [times(v) for v in (None, 1.23, 1234.0)] == ["-", "1.2x", "1,234x"]
    assert [microseconds(v) for v in (None, 9.0, 25_000.0)] == ["-", "9.00 us", "25.0 ms"]


def test_a_table_is_aligned_for_a_terminal() -> None:
    table = Table(("name", "value"), (("a", "1"), ("longer", "1,000")))

    assert table.text().splitlines() == ["name    value", "a           1", "longer  1,000"]
    assert table.markdown().splitlines()[1] == "| --- | --- |"


def test_render_says_that_nothing_is_stale(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["render", "--check"]) == 0
    assert capsys.readouterr().out == ""
