"""The command: exit codes, forms, and no tracebacks."""

from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

import lampolicy
from lampolicy.check import Finding, Report
from lampolicy.cli import main
from lampolicy.cli._terminal import Progress, wants_colour
from lampolicy.diagnostic import Code, Diagnostic

SOURCE = str(Path(lampolicy.__file__).parent.parent)
F = "arn:aws:lambda:us-east-1:222222222222:function:thumbs"
ANA = "arn:aws:iam::222222222222:user/ana"
ALLOW = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": [F, f"{F}:*"]}


@dataclass
class Done:
    """What a run left behind."""

    returncode: int
    stdout: str
    stderr: str


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def write(path: Path, value: object) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Done:
    """Run the command inside this process."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    code = left.value.code
    assert isinstance(code, int)
    return Done(code, _text(out), _text(err))


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def run_apart(*arguments: str | Path, program: str | None = None, **environment: str) -> Done:
    """Run the command as a process of its own, without a terminal; or a small program."""
    clean = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"}}
    start = ["-c", program] if program else ["-m", "lampolicy"]
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, *start, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**clean, "PYTHONPATH": SOURCE, **environment},
        timeout=60,
    )
    return Done(done.returncode, done.stdout, done.stderr)


class Screen(io.StringIO):
    """A stream that says whether it is a terminal."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def assert_calm(done: Done) -> None:
    assert "Traceback" not in done.stderr + done.stdout
    assert "internal error" not in done.stderr


class TestCheck:
    def test_nothing_found_is_0(self, tmp_path: Path) -> None:
        write(tmp_path / "p.json", document(ALLOW))

        done = run("check", tmp_path)

        assert (done.returncode, done.stderr) == (0, "")

    def test_a_fault_is_1(self, tmp_path: Path) -> None:
        write(tmp_path / "p.json", document({**ALLOW, "Effect": "allow"}))

        done = run("check", tmp_path)

        assert done.returncode == 1
        assert "error[LP117]" in done.stdout

    def test_exit_zero_turns_1_into_0(self, tmp_path: Path) -> None:
        write(tmp_path / "p.json", document({**ALLOW, "Effect": "allow"}))

        assert run("check", tmp_path, "--exit-zero").returncode == 0

    @pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 1), ("note", 1)])
    def test_fail_on_says_what_counts(self, tmp_path: Path, level: str, code: int) -> None:
        write(tmp_path / "p.json", document({**ALLOW, "Action": ["lambda:InvokeFunction", "lambda:NoSuchThing"]}))

        assert run("check", tmp_path, "--fail-on", level).returncode == code

    def test_an_unexpected_decision_is_1(self, tmp_path: Path) -> None:
        write(
            tmp_path / "t.lampolicy.json",
            {
                "tests": [
                    {
                        "name": "x",
                        "check": [
                            {
                                "principal": "anonymous",
                                "action": "lambda:InvokeFunction",
                                "resource": F,
                                "expect": "allow",
                            }
                        ],
                    }
                ]
            },
        )

        done = run("check", tmp_path)

        assert done.returncode == 1
        assert "expected allow, got deny" in done.stdout

    def test_json_is_a_report_of_version_1(self, tmp_path: Path) -> None:
        write(tmp_path / "p.json", document(ALLOW))

        told = json.loads(run("check", tmp_path, "--format", "json").stdout)

        assert told["version"] == 1
        assert told["tool"] == f"lampolicy {lampolicy.__version__}"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("--ignore", "LP1,LP999"), "`LP999` is no code"),
            (("--select", "lp304"), "write `LP304`"),
            (("--no-config", "--config", "lampolicy.toml"), "not both"),
        ],
    )
    def test_a_wrong_word_about_the_configuration_is_2(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "lampolicy.toml").write_text("")

        done = run("check", ".", *arguments)

        assert done.returncode == 2
        assert message in done.stderr

    def test_a_configuration_with_faults_is_2(self, tmp_path: Path) -> None:
        write(tmp_path / "p.json", document(ALLOW))
        (tmp_path / "lampolicy.toml").write_text("fail = 1")

        assert run("check", tmp_path).returncode == 2
        assert run("check", tmp_path, "--no-config").returncode == 0

    def test_codes_may_be_ignored(self, tmp_path: Path) -> None:
        write(tmp_path / "p.json", document({**ALLOW, "Effect": "allow"}))

        assert run("check", tmp_path, "--ignore", "LP2,LP117").returncode == 0
        assert run("check", tmp_path, "--select", "LP1").returncode == 1

    def test_output_goes_to_a_file(self, tmp_path: Path) -> None:
        write(tmp_path / "p.json", document(ALLOW))
        report = tmp_path / "report.txt"

        done = run("check", tmp_path, "--output", report)

        assert done.stdout == ""
        assert report.read_text(encoding="utf-8").startswith("1 policy in 1 file")

    @pytest.mark.parametrize(
        "arguments",
        [
            ["check"],
            ["check", "/no/such/path"],
            ["check", ".", "--format", "xml"],
            ["check", ".", "--fail-on", "nothing"],
            ["check", ".", "--output", "/no/such/folder/report"],
            ["chek", "."],
            ["--nothing"],
        ],
    )
    def test_what_cannot_run_is_2(self, tmp_path: Path, arguments: list[str]) -> None:
        write(tmp_path / "p.json", document(ALLOW))

        done = run(*[str(tmp_path) if a == "." else a for a in arguments])

        assert done.returncode == 2
        assert done.stderr
        assert_calm(done)

    def test_a_mistyped_command_is_guessed(self) -> None:
        assert "did you mean `check`?" in run("chek").stderr

    def test_a_folder_without_policies_is_2(self, tmp_path: Path) -> None:
        done = run("check", tmp_path)

        assert done.returncode == 2
        assert "no policies" in done.stderr

    @pytest.mark.parametrize(
        ("name", "content"), [("package.json", '{"name": "x"}'), ("template.yaml", "a: 1"), ("README.md", "# {")]
    )
    def test_a_file_without_policies_is_passed_over_with_a_note(self, tmp_path: Path, name: str, content: str) -> None:
        done = run("check", write(tmp_path / name, content))

        assert done.returncode == 0
        assert "note[" in done.stdout

    def test_a_policy_may_stand_in_a_file_of_any_name(self, tmp_path: Path) -> None:
        done = run("check", write(tmp_path / "policy.txt", document({**ALLOW, "Effect": "allow"})))

        assert done.returncode == 1

    @pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
    def test_an_unreadable_file_is_2(self, tmp_path: Path) -> None:
        file = write(tmp_path / "p.json", document(ALLOW))
        file.chmod(0)

        done = run("check", tmp_path)

        assert done.returncode == 2
        assert_calm(done)

    def test_what_could_not_be_read_is_2_also_for_somebody_who_reads_everything(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        unreadable = Finding("p.json", Diagnostic(Code.UNREADABLE, "cannot be read: permission denied"))
        monkeypatch.setattr("lampolicy.cli._check.check", lambda *_, **__: Report((unreadable,)))

        assert run("check", tmp_path, "--exit-zero").returncode == 2

    @pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"[" * 100_000, b'{"Statement": 1e999}', b"\x00" * 10])
    def test_nonsense_is_no_accident(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "p.json").write_bytes(content)

        done = run("check", tmp_path)

        assert done.returncode == 1
        assert_calm(done)


class TestStreams:
    @pytest.fixture
    def faulty(self, tmp_path: Path) -> Path:
        write(tmp_path / "p.json", document({**ALLOW, "Effect": "allow"}))
        return tmp_path

    def test_no_colour_without_a_terminal(self, faulty: Path) -> None:
        assert "\x1b[" not in run_apart("check", faulty).stdout

    def test_colour_can_be_forced(self, faulty: Path) -> None:
        assert "\x1b[" in run_apart("check", faulty, FORCE_COLOR="1").stdout

    @pytest.mark.parametrize(
        ("environment", "terminal", "wanted"),
        [
            ({}, True, True),
            ({}, False, False),
            ({"TERM": "dumb"}, True, False),
            ({"NO_COLOR": "1"}, True, False),
            ({"NO_COLOR": ""}, True, True),
            ({"FORCE_COLOR": "1"}, False, True),
            ({"CLICOLOR_FORCE": "1"}, False, True),
            ({"FORCE_COLOR": "0"}, False, False),
            ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ],
    )
    def test_the_environment_decides_about_colour(
        self, environment: dict[str, str], *, terminal: bool, wanted: bool
    ) -> None:
        assert wants_colour(Screen(terminal=terminal), environment) is wanted

    def test_progress_is_for_impatient_people_at_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("lampolicy.cli._terminal._PATIENCE", -1.0)
        monkeypatch.setenv("TERM", "xterm")
        shown, hidden = Screen(terminal=True), Screen(terminal=False)

        for screen in (shown, hidden):
            progress = Progress(screen)
            progress("policies/p.json")
            progress.done()

        assert "reading policies/p.json" in shown.getvalue()
        assert shown.getvalue().endswith("\r\x1b[K")
        assert hidden.getvalue() == ""

    def test_a_stream_that_knows_ascii_only_is_no_accident(self, tmp_path: Path) -> None:
        write(tmp_path / "p.json", document({**ALLOW, "Effect": "ällow"}))

        done = run_apart("check", tmp_path, PYTHONIOENCODING="ascii")

        assert done.returncode == 1
        assert_calm(done)

    def test_a_reader_who_leaves_is_no_accident(self, tmp_path: Path) -> None:
        write(tmp_path / "p.json", document(*[{**ALLOW, "Effect": "allow", "Sid": f"s{i}"} for i in range(500)]))
        script = f'"{sys.executable}" -m lampolicy check "{tmp_path}" | head -1; echo "${{PIPESTATUS[0]}}"'

        done = subprocess.run(  # noqa: S603 - our own command
            ["/bin/bash", "-c", script],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": SOURCE},
            timeout=60,
        )

        assert done.stderr == ""
        assert done.stdout.splitlines()[-1] == "1"

    @pytest.mark.parametrize(
        ("where", "code", "told"),
        [
            (">&-", 1, ""),
            (">&- 2>&-", 1, ""),
            (">/dev/full", 2, "Error: standard output cannot be written: No space left on device\n"),
        ],
    )
    def test_an_answer_that_cannot_be_written(self, tmp_path: Path, where: str, code: int, told: str) -> None:
        """A closed stream leaves the exit code, which tells of the fault found; a full disk is told of."""
        faulty = write(tmp_path / "p.json", '{"Statement": 1}')
        command = f"exec {shlex.quote(sys.executable)} -m lampolicy check {shlex.quote(str(faulty))} {where}"
        done = subprocess.run(  # noqa: S603 - our own command
            ["/bin/sh", "-c", command],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": SOURCE},
            timeout=60,
        )

        assert done.returncode == code
        assert done.stderr == told

    @pytest.mark.parametrize(
        ("accident", "code", "told"),
        [(KeyboardInterrupt(), 130, "interrupted"), (TypeError("oh"), 2, "internal error"), (BrokenPipeError(), 2, "")],
    )
    def test_accidents_end_with_a_sentence(
        self, faulty: Path, monkeypatch: pytest.MonkeyPatch, accident: BaseException, code: int, told: str
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise accident

        monkeypatch.setattr("lampolicy.cli._check.check", fail)
        monkeypatch.setattr("lampolicy.cli._terminal.discard_output", lambda: None)

        done = run("check", faulty)

        assert done.returncode == code
        assert told in done.stderr
        assert "Traceback" not in done.stderr


class TestExplain:
    def question(self, *more: str | Path) -> list[str | Path]:
        return ["explain", "--principal", ANA, "--action", "lambda:InvokeFunction", "--resource", F, *more]

    def test_a_question_is_answered_with_policies_in_hand(self, tmp_path: Path) -> None:
        identity = write(tmp_path / "ana.json", document(ALLOW))

        done = run(*self.question("--identity", identity))

        assert done.returncode == 0
        assert "allow" in done.stdout.lower()

    def test_json_is_for_machines(self, tmp_path: Path) -> None:
        identity = write(tmp_path / "ana.json", document(ALLOW))

        done = run(*self.question("--identity", identity, "--format", "json"))

        assert isinstance(json.loads(done.stdout), dict)

    def test_a_world_knows_functions_by_name(self, tmp_path: Path) -> None:
        policy = document({**ALLOW, "Principal": {"AWS": ANA}, "Resource": F})
        write(tmp_path / "get-policy.json", {"Policy": json.dumps(policy), "RevisionId": "r"})

        asked = ["--principal", ANA, "--action", "lambda:InvokeFunction", "--resource", "thumbs"]
        done = run("explain", "--world", tmp_path, *asked)

        assert done.returncode == 0
        assert "allow" in done.stdout.lower()

    def test_a_world_with_faults_and_a_caller_nobody_described_are_mentioned(self, tmp_path: Path) -> None:
        write(tmp_path / "p.json", document({**ALLOW, "Effect": "allow"}))

        done = run(*self.question("--world", tmp_path))

        assert done.returncode == 0
        assert "fault in these policies" in done.stderr
        assert f"no policy of `{ANA}` was found" in done.stderr

    def test_policies_may_stand_in_what_aws_prints(self, tmp_path: Path) -> None:
        policy = document({**ALLOW, "Principal": {"AWS": ANA}, "Resource": F})
        file = write(tmp_path / "get-policy.json", {"Policy": json.dumps(policy), "RevisionId": "r"})

        done = run(*self.question("--resource-policy", file))

        assert done.returncode == 0
        assert "allow" in done.stdout.lower()

    @pytest.mark.parametrize(
        ("more", "told"),
        [
            (["--context", "novalue"], "needs a key and a value"),
            (["--principal", "nobody"], "neither an ARN nor a service principal"),
            (["--action", "Invoke"], "is not an action"),
            (["--resource", "thumbs"], "no function of that name"),
            (["--context", "aws:username=bob"], "aws:username"),
            (["--resource-account", "1"], "twelve digits"),
            (["--identity", "FAULTY"], "error[LP117]"),
            (["--world", "EMPTY"], "holds no policies"),
            (["--identity", "NONE"], "holds no policy"),
            (["--world", "FOLDER", "--identity", "FAULTY"], "cannot stand beside --world"),
        ],
    )
    def test_what_cannot_be_asked_is_2(self, tmp_path: Path, more: list[str], told: str) -> None:
        faulty = write(tmp_path / "faulty.json", document({**ALLOW, "Effect": "allow"}))
        (tmp_path / "empty").mkdir()
        none = write(tmp_path / "none.json", {"name": "x"})
        places = {"FAULTY": faulty, "FOLDER": tmp_path, "EMPTY": tmp_path / "empty", "NONE": none}

        done = run(*self.question(*[str(places.get(m, m)) for m in more]))

        assert done.returncode == 2
        assert told in done.stderr
        assert_calm(done)

    def test_a_question_needs_its_parts(self) -> None:
        done = run("explain", "--action", "s3:GetObject")

        assert done.returncode == 2
        assert "--principal, --resource" in done.stderr

    @pytest.mark.parametrize("code", ["LP304", "lp304"])
    def test_a_code_has_a_page(self, code: str) -> None:
        done = run("explain", code)

        assert done.returncode == 0
        assert done.stdout.startswith("# LP304: half-granted-function-url")
        assert "## Instead" in done.stdout

    def test_codes_without_a_rule_have_a_page_too(self) -> None:
        assert "The policy failed legacy parsing" in run("explain", "LP117").stdout

    def test_an_unknown_code_is_2(self) -> None:
        done = run("explain", "LP999")

        assert done.returncode == 2
        assert "no code `LP999`" in done.stderr


class TestConformance:
    ROW: ClassVar[dict[str, Any]] = {
        "id": "ana may invoke",
        "request": {
            "principal": ANA,
            "principal_account": "222222222222",
            "action": "lambda:InvokeFunction",
            "resource": F,
            "resource_account": "222222222222",
            "context": {},
        },
        "policies": {"identity": [document(ALLOW)], "resource": None, "boundary": [], "session": []},
        "expected": "allow",
    }
    ROW["policies"] |= {"scps": [], "rcps": [], "endpoint": []}

    def test_rows_that_agree_are_counted(self, tmp_path: Path) -> None:
        file = write(tmp_path / "rows.jsonl", f"{json.dumps(self.ROW)}\n{json.dumps(self.ROW)}\n")

        done = run("conformance", file)

        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "2 passed, 0 failed")

    def test_a_disagreement_is_1_with_its_explanation(self, tmp_path: Path) -> None:
        wrong = {**self.ROW, "id": "ana may not", "expected": "explicit_deny"}
        file = write(tmp_path / "rows.jsonl", f"{json.dumps(self.ROW)}\n{json.dumps(wrong)}\n")

        done = run("conformance", file)

        assert done.returncode == 1
        assert "ana may not" in done.stdout
        assert "the engine says allow where explicit_deny is expected" in done.stdout
        assert done.stdout.splitlines()[-1] == "1 passed, 1 failed"

    def test_a_written_policy_is_a_case_too(self, tmp_path: Path) -> None:
        row = {"id": "v", "api": "CreatePolicy", "kind": "identity", "document": document(ALLOW), "accepted": False}
        file = write(tmp_path / "rows.jsonl", json.dumps(row))

        done = run("conformance", file)

        assert done.returncode == 1
        assert "AWS refuses" in done.stdout

    @pytest.mark.parametrize("content", [None, b"\xff\xfe", b""])
    def test_a_file_that_holds_no_rows_is_2(self, tmp_path: Path, content: bytes | None) -> None:
        file = tmp_path / "rows.jsonl"
        if content is not None:
            file.write_bytes(content)

        done = run("conformance", file)

        assert done.returncode == 2
        assert_calm(done)

    def test_a_row_that_is_no_row_is_a_disagreement(self, tmp_path: Path) -> None:
        done = run("conformance", write(tmp_path / "rows.jsonl", "{}\n[]\nx\n"))

        assert done.returncode == 1
        assert done.stdout.splitlines()[-1] == "0 passed, 3 failed"
        assert_calm(done)


class TestTheRest:
    def test_version(self) -> None:
        assert run("--version").stdout == f"lampolicy {lampolicy.__version__}\n"

    def test_rules_for_machines(self) -> None:
        rows = json.loads(run("rules", "--format", "json").stdout)

        assert {"code", "name", "severity", "summary", "page"} == set(rows[0])
        assert "LP304" in {row["code"] for row in rows}

    def test_rules_for_people(self) -> None:
        assert "LP304  warning" in run("rules").stdout

    @pytest.mark.parametrize("command", [[], ["check"], ["explain"], ["conformance"], ["rules"]])
    def test_help(self, command: list[str]) -> None:
        done = run(*command, "--help")

        assert done.returncode == 0
        assert "Usage:" in done.stdout

    def test_without_click_one_line_says_what_to_install(self) -> None:
        done = run_apart(
            program="import sys; sys.modules['click'] = None; from lampolicy.cli import main; main(['check'])"
        )

        assert done.returncode == 2
        assert done.stderr == "lampolicy: the command needs more than the library: pip install 'lampolicy[check]'\n"

    def test_a_check_without_findings_loads_nothing_heavy(self, tmp_path: Path) -> None:
        write(tmp_path / "p.json", document(ALLOW))
        program = (
            "import sys\nfrom lampolicy.cli import main\n"
            f"try:\n    main(['check', {str(tmp_path)!r}])\n"
            "except SystemExit:\n    print({'pydantic', 'yaml', 'lark', 'hypothesis', 'rich'} & set(sys.modules))"
        )

        assert run_apart(program=program).stdout.splitlines()[-1] == "set()"

    def test_python_m_is_the_command(self) -> None:
        assert run_apart("--version").stdout == f"lampolicy {lampolicy.__version__}\n"
