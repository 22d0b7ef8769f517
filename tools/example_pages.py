"""Write examples/*/README.md: what the commands really print for the photo services, with the pictures beside.

Run `python tools/example_pages.py` after an example or the wording of an answer has changed; `--check` only says
whether the pages are up to date.
"""

from __future__ import annotations

import io
import shlex
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lampolicy.cli import main as lampolicy

ROOT: Final = Path(__file__).resolve().parent.parent
EXAMPLES: Final = ROOT / "examples"
NOTE: Final = "<!-- written by tools/example_pages.py -->"
PATH: Final = (
    "bucket photos in 111122223333 -> thumbnails:live -> s3:GetObject arn:aws:s3:::photos/originals/ana/cat.jpg"
    " -> s3:PutObject arn:aws:s3:::photos/thumbs/ana/cat.jpg"
)
DELETE: Final = "bucket photos in 111122223333 -> thumbnails:live -> s3:DeleteObject arn:aws:s3:::photos/thumbs/cat.jpg"
FAILED: Final = (
    "bucket photos in 111122223333 -> thumbnails:live -> queue arn:aws:sqs:eu-west-1:444455556666:thumbnails-failed"
)
NIGHTLY: Final = "arn:aws:events:eu-west-1:444455556666:rule/nightly"
URL: Final = "url by arn:aws:iam::111122223333:role/gallery -> thumbnails:live"


@dataclass(frozen=True)
class Shown:
    """A command and what is said about it.

    Attributes:
        title: Its heading.
        words: The command behind `lampolicy`.
        about: What to look at.
        picture: The file of its picture, for a trace.
    """

    title: str
    words: tuple[str, ...]
    about: str
    picture: str | None = None


@dataclass(frozen=True)
class Asked:
    """A question asked from Python.

    Attributes:
        title: Its heading.
        about: What to look at.
        code: The code; what it prints stands below it.
    """

    title: str
    about: str
    code: str


HANDED_OVER: Final = """\
import lampolicy as lp
from lampolicy.readers import load

authorizer = lp.Authorizer(load("examples/{folder}").organization)
pipeline = "arn:aws:iam::444455556666:role/deploy/ci"
execution = "arn:aws:iam::444455556666:role/service-role/thumbnails-execution"
europe = {{"aws:RequestedRegion": "eu-west-1"}}
for role in (execution, pipeline):
    answer = authorizer.may_deploy(
        pipeline, "UpdateFunctionConfiguration", function="thumbnails", role=role, context=europe
    )
    print(role, "may be given" if answer else answer.first_complaint)
for path in authorizer.pass_paths():
    print(path)
"""

HEALTHY: Final = (
    Shown(
        "From the bucket to the thumbnail",
        ("trace", "examples/photo-service", PATH),
        "A photo arrives in the bucket of one account, and the function of the other writes its thumbnail back.",
        "trace.svg",
    ),
    Shown(
        "A step nobody granted",
        ("trace", "examples/photo-service", DELETE),
        "Across accounts both sides must allow it; the fix says both, each for its own account.",
        "trace-refused.svg",
    ),
    Shown(
        "Where failed events go",
        ("trace", "examples/photo-service", FAILED),
        "Lambda sends them to the dead letter queue as the execution role.",
    ),
    Shown(
        "The function URL",
        ("trace", "examples/photo-service", URL),
        "The gallery needs two permissions, from either side each.",
    ),
    Shown(
        "Who may invoke",
        ("who-can", "examples/photo-service", "thumbnails:live"),
        "Everybody known who may invoke the alias, and everybody outside whom its policy admits.",
    ),
    Shown(
        "What the function needs",
        ("needs", "examples/photo-service", "thumbnails"),
        "What its configuration asks of the execution role, and what the role has beyond that.",
    ),
    Asked(
        "Who may hand over the role",
        "The pipeline may give the function its execution role, and not its own; AWS's first complaint says why.",
        HANDED_OVER.format(folder="photo-service"),
    ),
    Shown(
        "The policy of the alias",
        ("permission", "show", "examples/photo-service", "--function", "thumbnails:live"),
        "Each version and alias has a policy of its own.",
    ),
    Shown(
        "One more source",
        ("permission", "add", "examples/photo-service", "--function", "thumbnails:live", "--source", NIGHTLY),
        "The least permission for a rule of EventBridge, written as Lambda would store it.",
    ),
    Shown(
        "Everything it is meant to do",
        ("check", "examples/photo-service"),
        "Every expected decision of `photos.lampolicy.yaml`: who invokes, calls the URL, runs, polls and deploys.",
    ),
)
BROKEN: Final = (
    Shown(
        "From the bucket to the thumbnail",
        ("trace", "examples/photo-service-broken", PATH),
        "The execution role trusts another service, so that no code ever runs; and one of its policies has a fault.",
        "trace.svg",
    ),
    Shown(
        "The function URL",
        ("trace", "examples/photo-service-broken", URL),
        "One of the two statements is missing, and the gallery's own policy names the function without the alias.",
        "trace-url.svg",
    ),
    Shown(
        "Who may invoke",
        ("who-can", "examples/photo-service-broken", "thumbnails:live"),
        "Any bucket called `photos` is on the list, whoever owns it: the statement does not name the account.",
    ),
    Shown(
        "What the function needs",
        ("needs", "examples/photo-service-broken", "thumbnails"),
        "Lambda may not assume the role, and one of its policies cannot be stored, so that the rest stays open.",
    ),
    Asked(
        "Who may hand over the role",
        "Lambda refuses the role, whoever hands it over; the last line says what could not be looked at.",
        HANDED_OVER.format(folder="photo-service-broken"),
    ),
)
REPLAYED: Final = (
    Shown(
        "Three weeks of calls, decided again",
        ("replay", "examples/photo-trail", "--against", "examples/photo-service"),
        "Two refusals that are mended, one call that the organization has forbidden since, what the records do not "
        "tell, and rights nobody used.",
    ),
)
LACKING: Final = """\
import lampolicy as lp
from lampolicy.jsontext import report

try:
    lp.organization_from_template("examples/photo-template/template.yaml", account="444455556666", region="eu-west-1")
except lp.DocumentError as error:
    print(report(error))
"""
_REPLAY: Final = (
    *("replay", "examples/photo-trail", "--against", "examples/photo-service"),
    *("--template", "examples/photo-template/template.yaml", "--account", "444455556666", "--region", "eu-west-1"),
    *("--parameter", "PhotosAccount=111122223333"),
)
TEMPLATE: Final = (
    Asked(
        "What is not told is not guessed",
        "The account of the bucket is a parameter without a default, and a permission needs it.",
        LACKING,
    ),
    Shown(
        "Before a change is deployed",
        (*_REPLAY, "--parameter", "Folder=small"),
        "The next version is to write to `small/`. Everything else is as it was exported; what the template deploys "
        "stands in place of what has its name. Seventeen calls that AWS allowed would be refused.",
    ),
)
PAGES: Final = (
    (
        "photo-service",
        "Photo service",
        "A bucket in one account, a function in another. Every block below is what the command in it prints.",
        HEALTHY,
    ),
    (
        "photo-service-broken",
        "Photo service, broken",
        "The same service with mistakes. Every answer says where it breaks; `../README.md` lists them.",
        BROKEN,
    ),
    (
        "photo-trail",
        "Photo trail",
        "What CloudTrail wrote in the two accounts of the photo service, by tools/example_trail.py.",
        REPLAYED,
    ),
    (
        "photo-template",
        "Photo template",
        "The account of the thumbnails as a template of CloudFormation, decided with before it is deployed.",
        TEMPLATE,
    ),
)


def run(words: tuple[str, ...]) -> str:
    """Give what a command prints, whatever its exit code."""
    out = io.StringIO()
    with chdir(ROOT), redirect_stdout(out), redirect_stderr(io.StringIO()), suppress(SystemExit):
        lampolicy(words)
    return out.getvalue()


def ask(code: str) -> str:
    """Give what a piece of Python prints."""
    out = io.StringIO()
    with chdir(ROOT), redirect_stdout(out):
        exec(code, {})  # noqa: S102 - our own, as it stands on the page
    return out.getvalue()


def known(command: str) -> bool:
    """Tell whether there is such a command."""
    return bool(run((command, "--help")))


def section(shown: Shown | Asked) -> str:
    """Write the section of one command or question."""
    if isinstance(shown, Asked):
        block = ["```python", shown.code.rstrip(), "```", "", "```text", ask(shown.code).rstrip(), "```", ""]
        return "\n".join([f"## {shown.title}", "", shown.about, "", *block])
    asked = "lampolicy " + " ".join(shlex.quote(word) for word in shown.words)
    lines = [f"## {shown.title}", "", shown.about, "", "```console", f"$ {asked}", run(shown.words).rstrip(), "```", ""]
    if shown.picture is not None:
        lines += [f"![{shown.title}, drawn]({shown.picture})", ""]
    return "\n".join(lines)


def pages() -> dict[Path, str]:
    """Give every page and picture with the text it should have."""
    found: dict[Path, str] = {}
    for folder, title, about, shown in PAGES:
        there = [one for one in shown if isinstance(one, Asked) or known(one.words[0])]
        body = "\n".join(section(one) for one in there)
        found[EXAMPLES / folder / "README.md"] = f"# {title}\n\n{NOTE}\n\n{about}\n\n{body}"
        for one in there:
            if isinstance(one, Shown) and one.picture is not None:
                found[EXAMPLES / folder / one.picture] = run((*one.words, "--format", "svg"))
    return found


def main() -> int:
    """Write the pages, or say with `--check` which are out of date."""
    old = {page: text for page, text in pages().items() if not page.is_file() or page.read_text("utf-8") != text}
    if "--check" in sys.argv[1:]:
        print("\n".join(f"out of date: {page.relative_to(ROOT)}" for page in old) or "up to date")
        return int(bool(old))
    for page, text in old.items():
        page.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
