"""A trail to decide: calls of everybody in examples/photo-service, made up from a seed.

`python examples/columns/trail.py` decides some of them on this machine.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pyarrow as pa

import lampolicy as lp
from lampolicy.bulk import decide_table

ORGANIZATION = Path(__file__).parent.parent / "photo-service"
THUMBNAILS = "arn:aws:lambda:eu-west-1:444455556666:function:thumbnails"
CALLERS = (
    {"arn": "arn:aws:iam::111122223333:user/ana"},
    {"service": "s3.amazonaws.com", "source_arn": "arn:aws:s3:::photos", "source_account": "111122223333"},
    {"service": "s3.amazonaws.com", "source_arn": "arn:aws:s3:::photos", "source_account": "999999999999"},
    {"service": "events.amazonaws.com"},
    {"arn": "no caller at all"},
)
ACTIONS = ("lambda:InvokeFunction", "lambda:GetFunction", "lambda:UpdateFunctionCode")
CALLER = pa.struct([(name, pa.string()) for name in ("arn", "service", "source_arn", "source_account")])
CONTEXT = pa.struct([("aws:SourceIp", pa.string()), ("aws:RequestedRegion", pa.string())])


def trail(rows: int, seed: int = 1) -> pa.Table:
    """Make up so many calls, each with an id of its own."""
    dice = random.Random(seed)
    contexts = [
        {
            "aws:SourceIp": f"203.0.113.{dice.randrange(20)}",
            "aws:RequestedRegion": dice.choice([None, "eu-west-1", "us-east-1"]),
        }
        for _ in range(rows)
    ]
    return pa.table(
        {
            "event": pa.array(range(rows), pa.int64()),
            "principal": pa.array([dice.choice(CALLERS) for _ in range(rows)], CALLER),
            "action": [dice.choice(ACTIONS) for _ in range(rows)],
            "resource": [f"{THUMBNAILS}{dice.choice(['', ':live', ':1'])}" for _ in range(rows)],
            "context": pa.array(contexts, CONTEXT),
        }
    )


if __name__ == "__main__":
    decided = decide_table(lp.load_organization(ORGANIZATION), trail(1_000), keep=["event"]).read_all()
    print(Counter(zip(decided["decision"].to_pylist(), decided["reason"].to_pylist(), strict=True)))
