"""W4: patterns made to be slow, of at most 2,048 characters, against texts of at most 4,096."""

from __future__ import annotations

import random

from benchmarks.workloads._shape import SEED, Entity, Rows, Workload
from benchmarks.workloads._w1 import HOME, REGION, allow, document

LONGEST_PATTERN, LONGEST_TEXT = 2_048, 4_096
BASE = f"arn:aws:lambda:{REGION}:{HOME}:function:"
GUEST = f"arn:aws:iam::{HOME}:role/guest"
_PATTERN, _TEXT = LONGEST_PATTERN - len(BASE), LONGEST_TEXT - len(BASE)


def cases() -> dict[str, tuple[str, str]]:
    """Pattern and text of every case by name."""
    found = {**_bombs(), **_literals(), **_questions(), **_early(), **_random()}
    for name, (pattern, text) in found.items():
        assert len(pattern) <= LONGEST_PATTERN, name
        assert len(text) <= LONGEST_TEXT, name
    return found


def w4() -> list[Workload]:
    """Each case as a workload of its own: one role, one statement, one request."""
    return [_workload(name, pattern, text) for name, (pattern, text) in cases().items()]


def hostile_case(name: str, pattern: str, text: str) -> Workload:
    """A case of one's own; what is no ARN is taken for a function's name."""
    return _workload(name, _under_base(pattern), _under_base(text))


def _under_base(text: str) -> str:
    return text if text.startswith("arn:") else BASE + text


def _workload(name: str, pattern: str, text: str) -> Workload:
    rows = Rows()
    rows.add(GUEST, "lambda:InvokeFunction", text, {"aws:SecureTransport": "true"})
    return rows.workload(
        repeats=False,
        name=name,
        accounts=(HOME,),
        documents={"hostile": document(allow("lambda:InvokeFunction", pattern))},
        entities=(Entity(GUEST, ("hostile",)),),
    )


def _bombs() -> dict[str, tuple[str, str]]:
    found = {}
    for stars in (2, 4, 8, 16, 32):
        for length in (32, 128, 512, 2048):
            found[f"(a*) x {stars}, b / a x {length}"] = (f"{BASE}{'a*' * stars}b", BASE + "a" * length)
    most = (_PATTERN - 1) // 2
    found[f"(a*) x {most}, b / a x {_TEXT}"] = (f"{BASE}{'a*' * most}b", BASE + "a" * _TEXT)
    found[f"(*a) x {most}, b / a x {_TEXT}"] = (f"{BASE}{'*a' * most}b", BASE + "a" * _TEXT)
    found[f"(a*) x {most} / a x {_TEXT}"] = (f"{BASE}{'a*' * most}", BASE + "a" * _TEXT)
    half, apart = most // 2, _TEXT // (2 * most)
    found[f"(a*b*) x {half} / ab x {_TEXT // 2}"] = (f"{BASE}{'a*b*' * half}", BASE + "ab" * (_TEXT // 2))
    found[f"(a*b*) x {half}, letters {apart} apart"] = (
        f"{BASE}{'a*b*' * half}",
        BASE + "".join(letter * apart for letter in "ab" * half),
    )
    for stars in (8, 64, _PATTERN - 1):
        found[f"* x {stars}, z / y x 512"] = (f"{BASE}{'*' * stars}z", BASE + "y" * 512)
    return found


def _literals() -> dict[str, tuple[str, str]]:
    letters = "abcdefghijklmnop"
    long, run = "a" * 200 + "b", BASE + "a" * 4000
    half = "a" * (_PATTERN // 2)
    return {
        "letters in order, then a miss": (f"{BASE}*{'*'.join(letters)}*Q", BASE + letters * 100),
        "long literal after a star that crosses parts": (f"arn:aws:lambda:*{long}", run),
        "long literal at the end of an ARN": (f"{BASE}*{long}", run),
        "long literal in the middle of an ARN": (f"{BASE}*{long}*", run),
        "literal of half the pattern, missed by its last letter": (f"{BASE}*{half}b*", BASE + "a" * _TEXT),
        "literal of half the pattern, missed by its first letter": (f"{BASE}*b{half}*", BASE + "a" * _TEXT),
        "two long literals that overlap": (f"{BASE}*{half[:900]}b*{half[:900]}c*", BASE + ("a" * 899 + "b") * 4),
        "period of the literal, never whole": (f"{BASE}*{'ab' * 500}c*", BASE + "ab" * (_TEXT // 2)),
    }


def _questions() -> dict[str, tuple[str, str]]:
    run = BASE + "a" * _TEXT
    pairs, triples = (_PATTERN - 3) // 2, (_PATTERN - 3) // 3
    found = {f"(*?) x {count}, z / y x 512": (f"{BASE}{'*?' * count}z", BASE + "y" * 512) for count in (8, 64, pairs)}
    return found | {
        "(?a) x 50 in the middle": (f"{BASE}*{'?a' * 50}b*", BASE + "a" * 4000),
        f"*, (?a) x {pairs}, b*": (f"{BASE}*{'?a' * pairs}b*", run),
        f"*, (a?) x {pairs}, b*": (f"{BASE}*{'a?' * pairs}b*", run),
        f"*, (ab?) x {triples}, c*": (f"{BASE}*{'ab?' * triples}c*", BASE + "ab" * (_TEXT // 2)),
        f"(a*?) x {triples}": (f"{BASE}{'a*?' * triples}", run),
        f"(a*?) x {triples}, b": (f"{BASE}{'a*?' * triples}b", run),
        f"(a*?b*?) x {triples // 2}": (f"{BASE}{'a*?b*?' * (triples // 2)}", BASE + "aabb" * (_TEXT // 4)),
        f"(a*b*?) x {_PATTERN // 5}": (f"{BASE}{'a*b*?' * (_PATTERN // 5)}", BASE + "abb" * (_TEXT // 3)),
        "? x 2,000 between stars, one too long": (f"{BASE}*{'?' * (_PATTERN - 3)}b*", BASE + "a" * (_PATTERN - 3)),
        "(*a?b) x 200 / (ab) x 2,000": (f"{BASE}{'*a?b' * 200}c", BASE + "ab" * 2000),
        "*??a??b*, again and again": (f"{BASE}{'*??a??b' * 200}*z", BASE + "aabbab" * 600),
    }


def _early() -> dict[str, tuple[str, str]]:
    return {
        "stars in every part, colons": ("arn:*:*:*:*:*:*z", "arn:a:b:c:d:" + ":" * 1000),
        "stars that end early parts": ("arn:aws:lambda:*" + "*:*" * 200 + "z", BASE + ":a" * 1500),
        "(*a) x 500 in an early part": (f"arn:aws:lambda:{'*a' * 500}:z", f"arn:aws:lambda:{'a' * 3000}:1:x:y"),
        "a bare star, then colons": ("arn:aws:lambda:" + "*:" * 500 + "z", "arn:aws:lambda:" + "a:" * 1500),
    }


def _random() -> dict[str, tuple[str, str]]:
    rng = random.Random(SEED + 4)
    found = {}
    for number in range(8):
        letters = "ab*?" if number % 2 else "ab*"
        pattern = "".join(rng.choice(letters) for _ in range(_PATTERN - 1)) + "c"
        found[f"random {letters} {number}"] = (BASE + pattern, BASE + "".join(rng.choice("ab") for _ in range(_TEXT)))
    return found
