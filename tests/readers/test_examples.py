"""The examples are whole, and their broken twin is broken in just the ways it says."""

from __future__ import annotations

from pathlib import Path

from lampolicy.diagnostic import Code
from lampolicy.readers import load

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_photo_service_reads_without_a_word() -> None:
    loaded = load(EXAMPLES / "photo-service")
    assert [d.diagnostic.message for d in loaded.everything()] == []
    assert loaded.organization.unresolved == ()
    assert {account.id for account in loaded.organization.accounts if account.member} == {
        "111122223333",
        "444455556666",
        "999900001111",
    }
    assert loaded.organization.owner_of("arn:aws:s3:::photos/originals/x") == "111122223333"
    (function,) = loaded.organization.functions
    assert (function.versions, function.aliases) == (("1", "2"), (("live", "2"),))


def test_the_broken_twin_has_the_faults_the_readers_can_see() -> None:
    loaded = load(EXAMPLES / "photo-service-broken")
    assert {d.diagnostic.code for d in loaded.everything()} == {Code.BAD_EFFECT, Code.ACTION_MATCHES_NOTHING}
