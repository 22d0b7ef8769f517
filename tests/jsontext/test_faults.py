"""One screen for each code of the JSON text, and one row for each mistake people make; all written by hand."""

from __future__ import annotations

import pytest

from lampolicy.diagnostic import Code, DocumentError
from lampolicy.jsontext import Limits, _read, read_json, report
from lampolicy.jsontext._values import fastest, standard_loads


@pytest.fixture(autouse=True, params=[fastest(), standard_loads], ids=["fastest", "standard"])
def _reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said does not depend on the library that reads the values."""
    monkeypatch.setattr(_read, "loads", request.param)


def refused(source: bytes | str, limits: Limits | None = None) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read_json(source, limits=limits or Limits(), name="p.json")
    return caught.value


def test_lp101_not_json() -> None:
    source = '{\n  "Effect": "Allow",\n  "Action": ["s3:GetObject",]\n}\n'

    assert (
        report(refused(source))
        == """\
error[LP101]: a comma stands before the closing `]`
 --> p.json:3:28
  |
3 |   "Action": ["s3:GetObject",]
  |                            ^
  = help: remove the comma"""
    )


def test_lp102_duplicate_key() -> None:
    source = '{"Statement": [\n  {"Action": "s3:Get*",\n   "Action": "s3:*"}\n]}'

    error = refused(source)

    assert (
        report(error)
        == """\
error[LP102]: the key `Action` is written twice in one object
 --> p.json:3:4
  |
3 |    "Action": "s3:*"}
  |    ^^^^^^^^
  = help: keep one of them; the first stands in line 2, column 4"""
    )
    assert [(fault.at, fault.on_key) for fault in error.diagnostics] == [(("Statement", 0, "Action"), True)]


def test_lp103_too_large() -> None:
    assert (
        report(refused('"123456789"', Limits(bytes=10)))
        == """\
error[LP103]: the document has more than 10 bytes
--> p.json
 = help: check that it is the file you meant; whoever reads it may give a higher limit"""
    )


def test_lp104_too_deep() -> None:
    assert (
        report(refused('[\n {"a": [1]}]', Limits(depth=2)))
        == """\
error[LP104]: lists and objects are nested deeper than 2 levels
 --> p.json:2:8
  |
2 |  {"a": [1]}]
  |        ^
  = help: a policy needs six; look for brackets that were never closed"""
    )


def test_lp105_not_utf8() -> None:
    assert (
        report(refused('{"a": "Zürich"}'.encode("latin-1")))
        == """\
error[LP105]: the byte 0xfc is not UTF-8
 --> p.json:1:9
  |
1 | {"a": "Z\ufffdrich"}
  |         ^
  = help: save the file as UTF-8"""
    )


def test_lp105_utf16_is_called_by_its_name() -> None:
    assert (
        report(refused("{}".encode("utf-16")))
        == """\
error[LP105]: the document is UTF-16
--> p.json
 = help: save it as UTF-8; in PowerShell: `Out-File -Encoding utf8`"""
    )


def test_lp106_number_too_large() -> None:
    assert (
        report(refused('{"a": [1e308, 1e309]}'))
        == """\
error[LP106]: the number `1e309` is too large
 --> p.json:1:15
  |
1 | {"a": [1e308, 1e309]}
  |               ^^^^^
  = help: write it as a text, in quotes"""
    )


def test_lp107_half_character() -> None:
    assert (
        report(refused('{"a": "x\\ud83dy"}'))
        == """\
error[LP107]: `\\ud83d` is half of a character
 --> p.json:1:9
  |
1 | {"a": "x\\ud83dy"}
  |         ^^^^^^
  = help: write both halves, one behind the other, or the character itself"""
    )


def test_lp107_half_character_in_a_text_of_python() -> None:
    assert (
        report(refused('{"a": "x\ud83dy"}'))
        == """\
error[LP107]: U+D83D is half of a character
 --> p.json:1:9
  |
1 | {"a": "x?y"}
  |         ^
  = help: read the file as UTF-8, or hand over its bytes"""
    )


# source, what is underlined, message, a word of the help
MISTAKES = [
    ("", "", "the document is empty", "saved"),
    (" \n\t", " ", "the document is empty", "saved"),
    ('{"a": 1,}', ",", "a comma stands before the closing `}`", "remove"),
    ("[1,,2]", ",", "two commas in a row", "remove"),
    ("[,1]", ",", "a comma stands where a value should stand", "remove"),
    ("{'a': 1}", "'a'", "`'` cannot quote a text", "double quotes"),
    ("[\u201ca\u201d]", "\u201ca\u201d", "`\u201c` cannot quote a text", "double quotes"),
    ("['it']", "'it'", "`'` cannot quote a text", "double quotes"),
    ("{} {}", "{", "a second JSON value follows the first", "one list"),
    ("{}]", "]", "the text goes on behind the end of the JSON document", "closed too early"),
    ("{} x", "x", "the text goes on behind the end of the JSON document", "remove"),
    ("{} // x\n", "// x", "JSON has no comments", "remove"),
    ('# x\n{"a": 1}', "# x", "JSON has no comments", "remove"),
    ("[/* x */ 1]", "/* x */", "JSON has no comments", "remove"),
    ('{"a" 1}', "1", "a colon is missing behind the key `a`", "`:`"),
    ('{"a" = 1}', "=", "a colon is missing behind the key `a`", "`:`"),
    ('{"a": 1 "b": 2}', " ", "a comma is missing here", "`,`"),
    ("[1 2]", " ", "a comma is missing here", "`,`"),
    ('["a" "b"]', " ", "a comma is missing here", "`,`"),
    ('{"a"}', '"a"', "the key `a` has no value", "colon"),
    ('{"a", "b": 1}', '"a"', "the key `a` has no value", "colon"),
    ('{"a":}', ":", "there is no value behind the colon", "value"),
    ('{"a": "Allow}', '"Allow}', "the closing quote of this text is missing", '`"`'),
    ('["a\nb"]', '"a', "the closing quote of this text is missing", "`\\n`"),
    ('["a"b"]', "b", "the text goes on behind its closing quote", '`\\"`'),
    ('["C:\\dir"]', "\\d", "`\\d` is not an escape of JSON", "`\\\\`"),
    ('["\\u12"]', "\\u12", "`\\u12` is not an escape of JSON", "four hexadecimal digits"),
    ('["a\tb"]', "\t", "a text cannot hold the control character U+0009", "`\\t`"),
    ('["a\x00b"]', "\x00", "a text cannot hold the control character U+0000", "`\\u0000`"),
    ('{"a": [1, 2}', "}", "`}` cannot close the `[` of line 1", "`]`"),
    ('{"a": [1', "[", "the document ends before this `[` is closed", "`]}` is missing"),
    ('{"a":', "{", "the document ends before this `{` is closed", "`}` is missing"),
    ("{a: 1}", "a", "`a` stands without quotes", '`"a"`'),
    ("[s3:GetObject]", "s3:GetObject", "`s3:GetObject` stands without quotes", '`"s3:GetObject"`'),
    ("[trueish]", "trueish", "`trueish` stands without quotes", '`"trueish"`'),
    ("[True]", "True", "`True` is Python, not JSON", "`true`"),
    ("[None]", "None", "`None` is Python, not JSON", "`null`"),
    ("[NaN]", "NaN", "`NaN` is not a value in JSON", "`null`"),
    ("[012345678901]", "012345678901", "`012345678901` is not a number in JSON", '`"012345678901"`'),
    ("[1.]", "1.", "`1.` is not a number in JSON", "`0.5`"),
    ("[.5]", ".5", "`.5` is not a number in JSON", "`0.5`"),
    ("[+1]", "+1", "`+1` is not a number in JSON", "`10`"),
    ("[0x1F]", "0x1F", "`0x1F` is not a number in JSON", "as a text"),
    ("[-]", "-", "a sign without a number", "number"),
    ("{1: 2}", "1", "a key must be a text in double quotes", "`[`"),
    ("[\u00a01]", "\u00a0", "an invisible character U+00A0", "remove"),
    ("[\x001]", "\x00", "an invisible character U+0000", "UTF-16"),
    ("[1; 2]", ";", "`;` cannot stand here", "a comma or the closing bracket is expected"),
    ("@", "@", "`@` cannot stand here", "a value is expected"),
    ("{@}", "@", "`@` cannot stand here", "a key in double quotes is expected"),
]


@pytest.mark.parametrize(("source", "underlined", "message", "help_"), MISTAKES)
def test_each_mistake_has_its_place_its_words_and_a_hint(
    source: str, underlined: str, message: str, help_: str
) -> None:
    fault = refused(source).diagnostics[0]

    assert (fault.code, fault.message) == (Code.NOT_JSON, message)
    assert help_ in (fault.help or "")
    assert fault.span is not None
    line = source.split("\n")[fault.span.line - 1]
    assert line[fault.span.column - 1 : fault.span.end_column - 1] == underlined


def test_all_faults_whose_repair_is_plain_are_told_at_once() -> None:
    source = """{
  // who
  'Effect': "Allow",
  "Action": [True,]
  "Resource": "*", "Resource": 1e999,
}"""

    found = [(f.code, f.span and f.span.line, f.message) for f in refused(source).diagnostics]

    assert found == [
        ("LP101", 2, "JSON has no comments"),
        ("LP101", 3, "`'` cannot quote a text"),
        ("LP101", 4, "`True` is Python, not JSON"),
        ("LP101", 4, "a comma stands before the closing `]`"),
        ("LP101", 4, "a comma is missing here"),
        ("LP102", 5, "the key `Resource` is written twice in one object"),
        ("LP106", 5, "the number `1e999` is too large"),
        ("LP101", 5, "a comma stands before the closing `}`"),
    ]


def test_every_duplicate_at_any_depth_is_told_with_its_pointer() -> None:
    source = '{"a": {"b": 1, "b": 2, "b": 3}, "c": [{"d": 1, "\\u0064": 2}], "a": 4}'

    found = [(fault.at, fault.on_key, fault.span and fault.span.column) for fault in refused(source).diagnostics]

    assert found == [
        (("a", "b"), True, 16),
        (("a", "b"), True, 24),
        (("c", 0, "d"), True, 48),
        (("a",), True, 63),
    ]


def test_the_same_key_in_two_objects_is_no_duplicate() -> None:
    assert read_json('[{"a": 1}, {"a": {"a": "a:\\":"}}]') == [{"a": 1}, {"a": {"a": 'a:":'}}]


@pytest.mark.parametrize("source", [b'\xef\xbb\xbf{"a": 1}', '\ufeff{"a": 1}'])
def test_a_byte_order_mark_is_passed_over(source: bytes | str) -> None:
    assert read_json(source) == {"a": 1}


def test_places_behind_a_byte_order_mark_are_counted_without_it() -> None:
    assert str(refused(b"\xef\xbb\xbf[1,]")).startswith("p.json:1:3: ")


def test_a_long_text_of_the_document_is_cut_in_messages() -> None:
    fault = refused("[" + "x" * 5000 + "]").diagnostics[0]

    assert len(fault.message) < 100
    assert len(fault.help or "") < 100
