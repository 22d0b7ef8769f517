from __future__ import annotations

import pickle

from lampolicy.diagnostic import Code, Diagnostic, DocumentError, PolicyError, Severity, Span

FAULTS = (
    Diagnostic(Code.NOT_JSON, "a comma is missing here", span=Span(3, 7, 3, 8), help="write `,` between two values"),
    Diagnostic(Code.BAD_EFFECT, "bad effect", ("Statement", 0), severity=Severity.WARNING),
)


def test_an_error_can_be_read_on_its_own() -> None:
    assert str(PolicyError(FAULTS, name="p.json")) == (
        "p.json:3:7: LP101 error a comma is missing here (help: write `,` between two values)\n"
        "p.json at Statement[0]: LP117 warning bad effect"
    )


def test_an_error_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(PolicyError(FAULTS, text="{}", name="p.json")))  # noqa: S301

    assert type(error) is PolicyError
    assert (error.diagnostics, error.text, error.name) == (FAULTS, "{}", "p.json")


def test_an_error_without_a_name_speaks_of_the_document() -> None:
    assert str(DocumentError(FAULTS[1:])) == "<document> at Statement[0]: LP117 warning bad effect"
