"""A trail against a template: alone, and in place of what was exported."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import lampolicy
from lampolicy.diagnostic import Code, DocumentError
from lampolicy.organization import Organization
from lampolicy.readers import load_template
from lampolicy.replay import Change, Report, replay

ROOT = Path(__file__).resolve().parents[2]
TRAIL = ROOT / "examples" / "photo-trail"
EXPORTED = ROOT / "examples" / "photo-service"
TEMPLATE = ROOT / "examples" / "photo-template" / "template.yaml"
ACCOUNT = "444455556666"
EXECUTION = f"arn:aws:iam::{ACCOUNT}:role/service-role/thumbnails-execution"


def deployed(*beside: Path, **parameters: str) -> Organization:
    return lampolicy.organization_from_template(
        TEMPLATE,
        account=ACCOUNT,
        region="eu-west-1",
        parameters={"PhotosAccount": "111122223333", **parameters},
        beside=beside,
    )


def changes(report: Report) -> Counter[tuple[Change, str, str]]:
    found: Counter[tuple[Change, str, str]] = Counter()
    for group in report.differences:
        found[group.change, group.caller, group.action] += group.span.count
    return found


def test_the_template_of_what_was_exported_changes_nothing() -> None:
    exported = replay(TRAIL, against=lampolicy.load_organization(EXPORTED))
    both = replay(TRAIL, against=deployed(EXPORTED))

    assert changes(both) == changes(exported)
    assert both.counts == exported.counts


def test_a_change_of_the_template_refuses_what_was_written_to_the_old_folder() -> None:
    """E2: of the role's own policies none allows it any more; the bucket's policy is in another account (E3)."""
    before = changes(replay(TRAIL, against=deployed(EXPORTED)))
    after = changes(replay(TRAIL, against=deployed(EXPORTED, Folder="small")))

    put = (Change.REFUSED_NOW, EXECUTION, "s3:PutObject")
    assert after[put] - before[put] == 17
    mended = (Change.ALLOWED_NOW, EXECUTION, "s3:PutObject")
    assert (before[mended], after[mended]) == (2, 0)


def test_of_who_is_outside_of_the_template_nothing_is_told() -> None:
    report = replay(TRAIL, against=deployed())

    assert changes(report) == {}
    assert all(group.needs for group in report.open)


def test_what_is_not_told_is_a_fault_with_its_place() -> None:
    with pytest.raises(DocumentError) as caught:
        lampolicy.organization_from_template(TEMPLATE, account=ACCOUNT, region="eu-west-1")

    (fault,) = caught.value.diagnostics
    assert (fault.code, fault.message) == (Code.VALUE_NOT_TOLD, "the parameter `PhotosAccount` has no value")
    text = TEMPLATE.read_text("utf-8").splitlines()
    assert fault.span is not None
    assert text[fault.span.line - 1].strip() == "SourceAccount: !Ref PhotosAccount"


def test_ids_of_what_stands_in_its_place_are_kept() -> None:
    """K1: `aws:userid` tells the role's unique id, which no template holds and no deployment changes."""
    there = {role.arn: role.role_id for role in deployed(EXPORTED).roles}

    assert there[EXECUTION] == "AROAYX7THUMBNAILSEX01"


def test_a_fault_of_the_template_does_not_hide_what_was_exported() -> None:
    loaded = load_template(TEMPLATE, account=ACCOUNT, region="eu-west-1", beside=[EXPORTED])

    assert [fault.file for fault in loaded.faults] == [str(TEMPLATE)]
    assert f"arn:aws:iam::{ACCOUNT}:role/deploy/ci" in {role.arn for role in loaded.organization.roles}
