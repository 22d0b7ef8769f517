# ruff: noqa: T201 - seeded and repeatable is the point, and a fuzzer prints what it found
"""Fuzz the readers of strangers' documents: `read_json`, and `Policy.parse` for every kind of policy.

Run it from the root of a checkout:

    python tests/fuzz/fuzz_readers.py --seconds 60 --seed 1
    python tests/fuzz/fuzz_readers.py --seconds 60 --atheris     # guided by coverage, where atheris is installed

It makes documents by damaging good ones (characters and values deleted, inserted, replaced by nasty ones) and looks for
one that makes a reader raise anything but `LampolicyError`, take more than a second of processor time, give another
policy when what was read is written and read again, or refuse without a text that says why. Of each such failure the
first document is printed; exit 1. A run with the same seed tries the same documents. A table of what was tried comes
last.
"""

from __future__ import annotations

import argparse
import copy
import datetime as dt
import importlib
import json
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from lampolicy.diagnostic import DocumentError, LampolicyError
from lampolicy.jsontext import read_json, report
from lampolicy.policy import Policy, PolicyKind

SLOW = 1.0
ARN = "arn:aws:lambda:us-east-1:111111111111:function:f"
CONDITION = {
    "StringLike": {"aws:PrincipalTag/team": ["a*", "${aws:username, 'x'}"]},
    "ForAllValues:StringEquals": {"aws:TagKeys": "a"},
    "NumericLessThanIfExists": {"s3:max-keys": 10},
    "DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"},
    "Bool": {"aws:SecureTransport": False},
    "IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"]},
    "ArnLike": {"aws:SourceArn": "arn:aws:s3:::b*"},
    "Null": {"aws:TokenIssueTime": "true"},
    "BinaryEquals": {"x:key": "QmluYXJ5"},
}
SEEDS: list[Any] = [
    {
        "Version": "2012-10-17",
        "Id": "i",
        "Statement": [
            {
                "Sid": "A",
                "Effect": "Allow",
                "Action": ["s3:Get*", "lambda:*"],
                "Resource": [ARN, "arn:aws:s3:::b/${aws:username}/*"],
            },
            {"Effect": "Deny", "NotAction": "iam:*", "NotResource": "*", "Condition": CONDITION},
        ],
    },
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    },
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {
                    "Federated": "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"
                },
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:o/r:*"}},
            },
        ],
    },
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "s-1",
                "Effect": "Allow",
                "Principal": {"AWS": ["111111111111", "arn:aws:iam::111111111111:role/p/R", "AROAEXAMPLEEXAMPLE123"]},
                "Action": "lambda:InvokeFunction",
                "Resource": ARN,
                "Condition": {
                    "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"},
                    "StringEquals": {"AWS:SourceAccount": "111111111111"},
                },
            },
            {"Effect": "Deny", "NotPrincipal": {"AWS": "*"}, "Action": "s3:*", "Resource": "arn:aws:s3:::b"},
            {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*", "Condition": CONDITION},
        ],
    },
]
MARKS: list[str] = [
    *"{}[]\",:\\ \n'0123456789-+.eE/#*?$",
    "${",
    "\x00",
    "\u00a0",
    "é",
    "😀",
    "\\u",
    "\\ud83d",
    "null",
    "true",
    "[" * 70,
]
WORDS = [
    "",
    "*",
    "?",
    ":",
    "::",
    "a:b:c",
    "${",
    "${}",
    "${x, ''}",
    "${*}",
    "arn:",
    "arn:aws:::",
    "arn:aws:iam::1:root",
    "\x00",
    "é",
    "日",
    "\ud800",
    "Allow",
    "allow",
    "2012-10-17",
    "2008-10-17",
    "1e999",
    "\u0661",
    "0x1",
    "::/0",
    "1.2.3.4/33",
    "9" * 5000,
    "*" * 3000,
    "a" * 70000,
    "${" * 3000,
    ":" * 3000,
    "}" * 100,
    "arn:" * 2000,
    "2026-99-99",
    "9" * 20,
    "1e2147483648",
    "-1e-2147483648",
    "+-",
    "=" * 100,
]
NAMES = [
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
    "Sid",
    "Version",
    "Statement",
    "AWS",
    "Service",
    "Federated",
    "CanonicalUser",
    "StringEquals",
    "stringEquals",
    "ForAnyValue:Null",
    "NumericEquals",
    "aws:x",
    "",
    "é",
]


def nasty_value(chance: random.Random) -> Any:
    """A value that no element of a policy expects, or any part of a seed."""
    match chance.randrange(5):
        case 0:
            return chance.choice([None, [], {}, True, 0, -1.5, 1e308, 10**30])
        case 1:
            return chance.choice(WORDS)
        case 2:
            return [chance.choice(WORDS)] * chance.choice([1, 2, 500])
        case 3:
            return chance.choice(
                [{chance.choice(NAMES): chance.choice(WORDS)}, dict.fromkeys(NAMES, "x"), nested(3), nested(70)]
            )
        case _:
            return copy.deepcopy(chance.choice(parts(chance.choice(SEEDS))))


def foreign_value(chance: random.Random) -> Any:
    """A value that JSON has not, as YAML or Python give it."""
    loop: dict[str, Any] = {}
    loop["Statement"] = [loop]
    scalars = [dt.date(2012, 10, 17), b"x", float("nan"), float("inf"), object(), 10**5000, "\ud800"]
    return chance.choice([*scalars, (1, 2), {1: 2}, {None: 1}, {"a", "b"}, loop, nested(5000)])


def nested(depth: int) -> Any:
    value: Any = "x"
    for level in range(depth):
        value = [value] if level % 2 else {"StringEquals": value}
    return value


def parts(value: Any) -> list[Any]:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(inner for item in items for inner in parts(item))]


def damage_value(document: Any, chance: random.Random, *, foreign: bool = False) -> Any:
    """Replace, remove, rename or add one thing somewhere inside."""
    boxes = [part for part in parts(document) if isinstance(part, dict | list) and part]
    if not boxes:
        return document
    box = chance.choice(boxes)
    step = chance.choice(list(box)) if isinstance(box, dict) else chance.randrange(len(box))
    new = foreign_value(chance) if foreign else nasty_value(chance)
    match chance.randrange(4):
        case 0:
            box[step] = new
        case 1:
            del box[step]
        case 2 if isinstance(box, dict):
            box[chance.choice(NAMES)] = box.pop(step)
        case 2 if isinstance(box, list):
            box.insert(step, new)
        case _ if isinstance(box[step], str):
            box[step] = damage_text(str(box[step]), chance)
        case _:
            box[step] = new
    return document


def damage_text(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(["", *MARKS]) + text[at + chance.randrange(3) :]


def damage_bytes(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes(chance.choices(range(256), k=chance.randrange(3))) + data[at + chance.randrange(3) :]


def make(chance: random.Random) -> bytes | str | Mapping[str, object]:
    """Make one document: a value, a text or bytes, damaged in several places."""
    form = chance.randrange(10)
    document = copy.deepcopy(chance.choice(SEEDS))
    for _ in range(chance.choice([0, 1, 1, 2, 3, 8])):
        document = damage_value(document, chance)
    if form < 3 and isinstance(document, dict):
        value: dict[str, object] = damage_value(document, chance, foreign=chance.random() < 0.5)
        return value
    text = json.dumps(
        document, default=str, ensure_ascii=chance.random() < 0.5, indent=chance.choice([None, 1]), skipkeys=True
    )
    for _ in range(chance.choice([0, 0, 0, 1, 3])):
        text = damage_text(text, chance)
    if form < 8:
        return text
    data = text.encode("utf-8", "surrogatepass")
    for _ in range(chance.choice([0, 1, 3])):
        data = damage_bytes(data, chance)
    return data


def try_json(source: bytes | str | Mapping[str, object]) -> str:
    if isinstance(source, Mapping):
        return "a value"
    read_json(source)
    return "read"


def try_policy(kind: PolicyKind) -> Callable[[bytes | str | Mapping[str, object]], str]:
    def try_one(source: bytes | str | Mapping[str, object]) -> str:
        policy = Policy.parse(source, kind=kind)
        again = Policy.parse(policy.to_dict(), kind=kind)
        if again != policy:
            raise AssertionError(f"written and read again it is {again}, not {policy}")
        return "read"

    return try_one


TARGETS: dict[str, Callable[[bytes | str | Mapping[str, object]], str]] = {
    "json": try_json,
    **{kind.value: try_policy(kind) for kind in PolicyKind},
}


def check(name: str, source: bytes | str | Mapping[str, object]) -> str:
    """Try one document on one reader; raise what no reader may raise, and on a call that takes too long."""
    refusal = None
    started = time.process_time()
    try:
        outcome = TARGETS[name](source)
    except DocumentError as error:
        outcome, refusal = str(error.diagnostics[0].code), error
    except LampolicyError as error:
        outcome = type(error).__name__
    took = time.process_time() - started
    if took > SLOW:
        raise TimeoutError(f"more than {int(took)} seconds")
    if refusal and not (str(refusal) and report(refusal)):
        raise AssertionError("a refusal without words")
    return outcome


def fuzz(seconds: float, seed: int) -> int:
    """Try documents for so long; give the exit code."""
    end = time.monotonic() + seconds
    outcomes: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    tried = 0
    while time.monotonic() < end:
        source = make(random.Random(f"{seed}/{tried}"))
        for name in TARGETS if tried % 4 == 0 else random.Random(tried).sample(list(TARGETS), 4):
            try:
                outcomes[check(name, source)] += 1
            except Exception as found:  # noqa: BLE001 - whatever it is, it is what we look for
                place = place_of(found)
                if place not in failures:
                    print(f"\n{place}\nseed {seed}, document {tried}, reader {name}:\n{show(source)}\n", flush=True)
                failures[place] += 1
        tried += 1
    print(f"{tried} documents tried; outcomes, refusals by their first code:")
    for outcome, count in sorted(outcomes.items()):
        print(f"{outcome:>20} {count}")
    for place, count in failures.items():
        print(f"FAILED {count} times: {place}")
    return 1 if failures else 0


def place_of(found: Exception) -> str:
    """Name a failure by its kind and the last line of lampolicy it came from."""
    frames = [f for f in traceback.extract_tb(found.__traceback__) if "lampolicy" in f.filename]
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "here"
    what = type(found).__name__ if frames else f"{type(found).__name__}: {str(found)[:60]}"
    return f"{what} in {where}"


def show(source: object) -> str:
    try:
        return repr(source)[:5000]
    except (RecursionError, ValueError):
        return "a value that cannot be shown"


def fuzz_guided(seconds: float) -> int:
    """Let atheris look for bytes that take new ways through the readers, from the good documents on."""
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        print("atheris is not installed")
        return 2
    atheris.instrument_all()
    kinds = [kind.value for kind in PolicyKind]

    def one(data: bytes) -> None:
        check("json", data[1:])
        check(kinds[data[0] % len(kinds)] if data else "json", data[1:])

    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(SEEDS * len(kinds)):
            Path(corpus, str(number)).write_bytes(bytes([number % 256]) + json.dumps(seed).encode())
        atheris.Setup([sys.argv[0], f"-max_total_time={int(seconds)}", "-max_len=4096", corpus], one)
        atheris.Fuzz()
    return 0


def main() -> int:
    """Read the command line and fuzz."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--atheris", action="store_true")
    given = parser.parse_args()
    return fuzz_guided(given.seconds) if given.atheris else fuzz(given.seconds, given.seed)


if __name__ == "__main__":
    sys.exit(main())
