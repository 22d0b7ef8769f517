"""What machines read."""

from __future__ import annotations

import json
from typing import Any

from lampolicy.explain import explain
from lampolicy.organization import Policies
from lampolicy.policy import Policy
from lampolicy.request import UNKNOWN, Request, User

ANA = User("arn:aws:iam::111111111111:user/ana")
OWN = "arn:aws:lambda:eu-west-1:111111111111:function:own"


def policy(kind: str, *statements: dict[str, Any]) -> Policy:
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind=kind, name="p", file="p.json")


def wire(policies: Policies, context: Any = None) -> Any:
    return json.loads(json.dumps(explain(Request(ANA, "lambda:InvokeFunction", OWN, context), policies).to_dict()))


REQUEST = {"principal": ANA.arn, "action": "lambda:InvokeFunction", "resource": OWN, "owner": "111111111111"}
STATEMENT = {"policy": "p", "kind": "identity", "statement": 0, "file": "p.json", "pointer": "/Statement/0"}


def test_allowed() -> None:
    identity = policy("identity", {"Effect": "Allow", "Action": "*", "Resource": "*"})
    layer = {"side": "identity-based policy", "verdict": "allows"}
    assert wire(Policies(identity=[identity])) == {
        "request": REQUEST,
        "decision": {"effect": "allowed", "by": [STATEMENT]},
        "layers": [{**layer, "statements": [{**STATEMENT, "effect": "Allow", "matches": True}]}],
    }


def test_implicitly_denied() -> None:
    condition = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    identity = policy("identity", {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition})
    found = wire(Policies(identity=[identity]))
    assert found["decision"] == {"effect": "implicitly denied", "missing": [{"side": "identity-based policy"}]}
    assert found["layers"][0]["statements"][0]["failed"] == [
        "condition StringEquals aws:RequestedRegion: request has no such key, policy wants `eu-west-1`"
    ]
    statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": OWN}
    assert found["remedies"] == [{"add": [{"side": "identity-based policy", "policy": "p", "statement": statement}]}]
    assert found["aws_says"].endswith("because no identity-based policy allows the lambda:InvokeFunction action")


def test_explicitly_denied() -> None:
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    found = wire(Policies(identity=[policy("identity", deny)]))
    assert found["decision"] == {"effect": "explicitly denied", "by": [STATEMENT]}
    assert found["otherwise"]["effect"] == "implicitly denied"
    assert "remedies" not in found


def test_undetermined() -> None:
    condition = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    identity = policy("identity", {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition})
    decision = wire(Policies(identity=[identity]), {"aws:SourceVpc": UNKNOWN})["decision"]
    assert (decision["effect"], decision["needs"]) == ("undetermined", ["aws:sourcevpc"])
    assert [outcome["if"] for outcome in decision["outcomes"]] == [[], ['StringEquals aws:SourceVpc ["vpc-1"]']]
    assert [outcome["then"]["effect"] for outcome in decision["outcomes"]] == ["implicitly denied", "allowed"]
