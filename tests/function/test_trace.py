"""A trace follows an invocation hop by hop, and shows where it breaks, in words and pictures that no name can bend."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from lampolicy import Authorizer, FunctionArn, InvalidName, Organization, Service
from lampolicy.function import (
    AssumedBy,
    Calls,
    CallsUrl,
    Does,
    HandsOn,
    Polls,
    Result,
    Trace,
    parse_path,
    trace,
)
from lampolicy.function import (
    Path as Route,
)
from lampolicy.function._trace_mermaid import escaped
from lampolicy.organization import Account, EventSourceKind, EventSourceMapping, Function, IamRole, Resource
from lampolicy.policy import Policy, PolicyKind
from lampolicy.readers import load

EXAMPLES = Path(__file__).parents[2] / "examples"
PHOTOS, THUMBS = "111122223333", "444455556666"
TOPIC = f"arn:aws:sns:eu-west-1:{PHOTOS}:t"
START = f"bucket photos in {PHOTOS} -> thumbnails:live"
PUT = "s3:PutObject arn:aws:s3:::photos/thumbs/x.png"
DELETE = "s3:DeleteObject arn:aws:s3:::photos/thumbs/x.png"


@pytest.fixture(scope="module")
def service() -> Authorizer:
    return Authorizer(load(EXAMPLES / "photo-service").organization)


@pytest.fixture(scope="module")
def broken() -> Authorizer:
    return Authorizer(load(EXAMPLES / "photo-service-broken").organization)


class TestPaths:
    NOTICE = Service("s3.amazonaws.com", "arn:aws:s3:::photos", PHOTOS)

    @pytest.mark.parametrize(
        ("text", "start"),
        [
            ("bucket photos in 111122223333", NOTICE),
            ("bucket arn:aws:s3:::photos in 111122223333", NOTICE),
            ("arn:aws:s3:::photos in 111122223333", NOTICE),
            ("service s3.amazonaws.com for arn:aws:s3:::photos in 111122223333", NOTICE),
            (
                "topic arn:aws:sns:eu-west-1:111122223333:t",
                Service("sns.amazonaws.com", "arn:aws:sns:eu-west-1:111122223333:t", PHOTOS),
            ),
            ("events.amazonaws.com", Service("events.amazonaws.com")),
            ("arn:aws:iam::111122223333:user/ana", "arn:aws:iam::111122223333:user/ana"),
            (
                "service scheduler.amazonaws.com as arn:aws:iam::111122223333:role/r",
                AssumedBy("scheduler.amazonaws.com", "arn:aws:iam::111122223333:role/r"),
            ),
        ],
    )
    def test_what_calls(self, text: str, start: object) -> None:
        path = parse_path(f"{text} -> f", Organization())

        assert isinstance(path.start, Calls)
        assert path.start.caller == start
        assert (path.function, path.steps) == ("f", ())

    def test_the_owner_of_a_known_bucket_need_not_be_told(self, service: Authorizer) -> None:
        start = parse_path("bucket photos -> thumbnails", service.organization).start

        assert isinstance(start, Calls)
        assert start.caller == self.NOTICE

    @pytest.mark.parametrize("kind", ["sqs", "kinesis", "dynamodb", "kafka", "mq"])
    def test_queues_and_streams_are_polled(self, kind: str) -> None:
        arn = f"arn:aws:{kind}:eu-west-1:{PHOTOS}:x"

        assert isinstance(parse_path(f"{arn} -> f", Organization()).start, Polls)

    def test_urls(self) -> None:
        start = parse_path("url by anonymous -> f", Organization()).start

        assert isinstance(start, CallsUrl)
        assert start.caller == "anonymous"

    def test_steps_and_their_context(self) -> None:
        text = (
            'bucket b in 111122223333 → f with a:b=c → s3:PutObject on "arn:aws:s3:::b/a \\"b\\"" with k=1 k=2 l=3 → g'
        )
        path = parse_path(text, Organization())

        assert isinstance(path.start, Calls)
        assert path.start.context == {"a:b": "c"}
        assert path.steps == (
            Does("s3:PutObject", 'arn:aws:s3:::b/a "b"', {"k": ("1", "2"), "l": "3"}),
            HandsOn("g"),
        )

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", "at its end"),
            ("bucket photos", "`->`"),
            ("bucket photos ->", "a name or an ARN"),
            ("photos->thumbnails", "put blanks around `->`"),
            ("bucket photos in 12 -> f", "twelve digits"),
            ("bucket photos in -> f", "column 18"),
            ("buckt -> f", "did you mean `bucket NAME`"),
            ("photos -> f", "`bucket NAME`"),
            ("bucket photos -> s3:GetObject arn:aws:s3:::x", "the function has to follow"),
            ("bucket photos -> arn:aws:sqs:eu-west-1:111122223333:q", "the path ends before one"),
            ("bucket photos -> queue q -> f", "which queue it is"),
            ("bucket photos -> f as arn:aws:iam::111122223333:role/r", "runs as its execution role"),
            ("bucket photos -> f -> arn:aws:sqs:eu-west-1:111122223333:q with a=b", "not a place"),
            ("bucket photos -> f -> s3:PutObject", "needs a resource"),
            ("bucket photos -> f -> put arn:aws:s3:::x", "is not an action"),
            ("bucket photos -> f -> s3:PutObject x", "is not an ARN"),
            ("bucket photos -> f with x", "a key and a value"),
            ("arn:aws:ec2:eu-west-1:111122223333:instance/i-1 -> f", "service NAME for"),
        ],
    )
    def test_a_fault_is_told_with_its_place_and_a_way_out(self, text: str, told: str) -> None:
        with pytest.raises(InvalidName, match=re.escape(told)):
            parse_path(text, Organization())

    def test_a_fault_does_not_act_upon_the_terminal(self) -> None:
        with pytest.raises(InvalidName) as raised:
            parse_path("bucket \x1b[31m \x1b -> f", Organization())

        assert "\x1b" not in str(raised.value)


class TestHops:
    def test_a_whole_invocation_is_allowed(self, service: Authorizer) -> None:
        found = trace(service, f"{START} -> {PUT}")

        assert found
        assert [hop.does for hop in found.hops] == ["invokes", "runs as", "s3:PutObject"]
        assert [node.kind for node in found.nodes] == ["source", "function", "role", "target"]
        assert (found.broken, found.result) == (None, Result.ALLOWED)

    def test_the_first_broken_hop_stands_out(self, service: Authorizer) -> None:
        found = trace(service, f"{START} -> {DELETE} -> {PUT}")

        assert not found
        assert found.broken is found.hops[2]
        assert str(found).splitlines()[2].startswith("Broken at hop 3 of 4")
        assert [line[:4] for line in str(found).splitlines() if re.match(r"[>?]  ?\d", line)] == [">  3"]

    def test_actions_beside_a_refused_one_are_reached(self, service: Authorizer) -> None:
        found = trace(service, f"{START} -> {DELETE} -> {PUT}")

        assert [found.reached(hop) for hop in found.hops] == [True] * 4

    def test_what_lies_behind_a_broken_hop_is_not_reached(self, broken: Authorizer) -> None:
        """The broken twin's role trusts another service, so that nothing the function does is ever done."""
        found = trace(broken, f"{START} -> {PUT}")

        assert found.broken is found.hops[1]
        assert not found.reached(found.hops[2])
        assert "not reached" in str(found)

    def test_a_policy_with_faults_leaves_a_hop_open(self, broken: Authorizer) -> None:
        found = trace(broken, f"{START} -> {PUT}")

        assert found.hops[2].result is Result.OPEN
        assert "purge-thumbs" in str(found)

    def test_a_refused_hop_has_its_fix(self, service: Authorizer) -> None:
        found = trace(service, f"{START} -> {DELETE}")
        assert found.broken is not None

        assert found.broken.fix
        assert "aws iam put-role-policy" in str(found)

    def test_another_bucket_of_the_same_name_is_refused(self, service: Authorizer) -> None:
        """L7."""
        path = Route(
            Calls(Service("s3.amazonaws.com", "arn:aws:s3:::photos", "777788889999"), "a namesake"), "thumbnails:live"
        )

        assert trace(service, path).hops[0].result is Result.REFUSED

    def test_the_url(self, service: Authorizer) -> None:
        found = trace(
            service,
            f"url by arn:aws:iam::{PHOTOS}:role/gallery -> thumbnails:live",
            {"aws:RequestedRegion": "eu-west-1"},
        )

        assert found.hops[0]
        assert [part.request.action for part in found.hops[0].answer.parts] == [
            "lambda:InvokeFunctionUrl",
            "lambda:InvokeFunction",
        ]

    def test_one_function_hands_on_to_another(self) -> None:
        """L17, L20: the first function's role invokes the second, which does the rest as its own role."""
        found = trace(
            pair(), "events.amazonaws.com -> first -> second -> sqs:SendMessage arn:aws:sqs:eu-west-1:111122223333:q"
        )
        callers = [part.request.principal.caller_arn for hop in found.hops for part in hop.answer.parts]

        assert callers == [
            "events.amazonaws.com",
            "lambda.amazonaws.com",
            f"arn:aws:sts::{PHOTOS}:assumed-role/r1/first",
            "lambda.amazonaws.com",
            f"arn:aws:sts::{PHOTOS}:assumed-role/r2/second",
        ]
        assert found.hops[2]
        assert not found.hops[4]

    def test_a_function_whose_role_is_not_known(self) -> None:
        arn = FunctionArn.parse(f"arn:aws:lambda:eu-west-1:{PHOTOS}:function:f")
        found = trace(Authorizer(Organization(functions=(Function(arn),))), "events.amazonaws.com -> f")

        assert found.hops[1].answer.obstacles[0].rule == "L19"
        assert found.hops[1].result is Result.OPEN


def pair() -> Authorizer:
    def policy(kind: str, statement: dict[str, Any]) -> Policy:
        return Policy.parse({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}, kind=kind)

    def arn(name: str) -> FunctionArn:
        return FunctionArn.parse(f"arn:aws:lambda:eu-west-1:{PHOTOS}:function:{name}")

    trust = policy("trust", {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
    call = policy("identity", {"Action": "lambda:InvokeFunction", "Resource": str(arn("second"))})
    roles = (
        IamRole(f"arn:aws:iam::{PHOTOS}:role/r1", trust=trust, inline=(call,)),
        IamRole(f"arn:aws:iam::{PHOTOS}:role/r2", trust=trust),
    )
    functions = (Function(arn("first"), role=roles[0].arn), Function(arn("second"), role=roles[1].arn))
    return Authorizer(Organization(accounts=(Account(PHOTOS),), functions=functions, roles=roles))


class TestForms:
    @pytest.fixture
    def found(self, service: Authorizer) -> Trace:
        return trace(service, f"{START} -> {DELETE}")

    def test_json_is_json(self, found: Trace) -> None:
        wire = json.loads(json.dumps(found.to_dict()))

        assert (wire["result"], wire["broken"]) == ("refused", 2)
        assert [hop["result"] for hop in wire["hops"]] == ["allowed", "allowed", "refused"]
        assert wire["hops"][2]["parts"][0]["decision"]["effect"] == "implicitly denied"
        assert wire["hops"][2]["fix"]["suffices"] is True

    def test_mermaid_draws_every_node_and_hop(self, found: Trace) -> None:
        lines = found.mermaid().splitlines()

        assert lines[0] == "flowchart TD"
        assert len([line for line in lines if re.match(r"    n\d[(\[{]", line)]) == len(found.nodes)
        assert len([line for line in lines if "|" in line]) == len(found.hops)
        assert lines[-1] == "    style n3 stroke:#cf222e,stroke-width:3px"

    def test_svg_is_a_picture_that_loads_nothing(self, found: Trace) -> None:
        svg = found.svg()
        root = ET.fromstring(svg)  # noqa: S314 - our own text

        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert {element.tag.partition("}")[2] for element in root.iter()} == {
            "svg",
            "title",
            "style",
            "rect",
            "text",
            "path",
        }
        assert re.findall(r"https?://[^\"]+", svg) == ["http://www.w3.org/2000/svg"]
        assert "url(" not in svg
        assert "prefers-color-scheme: dark" in svg

    def test_nothing_is_drawn_outside_the_picture(self, found: Trace) -> None:
        root = ET.fromstring(found.svg())  # noqa: S314 - our own text
        height, width = int(root.attrib["height"]), int(root.attrib["width"])

        for text in root.iter("{http://www.w3.org/2000/svg}text"):
            assert int(text.attrib["y"]) < height
            assert int(text.attrib["x"]) + 7.3 * len(text.text or "") < width

    NASTY = '"><script>alert(\'#\')</script>`--> n9["x"]; %% \x1b\u202e &amp;'

    def test_names_cannot_bend_a_picture(self) -> None:
        resource = f"arn:aws:s3:::b/{self.NASTY}"
        role = IamRole(f"arn:aws:iam::{PHOTOS}:role/r1")
        arn = FunctionArn.parse(f"arn:aws:lambda:eu-west-1:{PHOTOS}:function:f")
        bucket = Resource("arn:aws:s3:::b", PHOTOS, PolicyKind.BUCKET)
        there = Authorizer(Organization(functions=(Function(arn, role=role.arn),), roles=(role,), resources=(bucket,)))
        start = Calls("service:s3.amazonaws.com", self.NASTY)
        found = trace(there, Route(start, "f", (Does("s3:PutObject", resource),)))
        svg, mermaid = found.svg(), found.mermaid()

        ET.fromstring(svg)  # noqa: S314 - our own text
        assert "<script" not in svg + mermaid
        assert not {"\x1b", "\u202e"} & set(svg + mermaid + str(found))
        assert all(line.count('"') in {0, 2} for line in mermaid.splitlines())
        assert json.loads(json.dumps(found.to_dict()))["nodes"][3]["name"] == resource

    def test_a_label_keeps_letters_and_numbers_the_rest(self) -> None:
        assert escaped('é1 "x"') == "é1 #34;x#34;"


def test_a_queue_is_read_by_the_role_and_each_refused_action_is_told() -> None:
    """L16: the execution role polls, and one statement mends all of it."""
    queue = f"arn:aws:sqs:eu-west-1:{PHOTOS}:jobs"
    arn = FunctionArn.parse(f"arn:aws:lambda:eu-west-1:{PHOTOS}:function:first")
    there = replace(pair().organization, event_sources=(EventSourceMapping("1", arn, EventSourceKind.SQS, queue),))
    found = trace(Authorizer(there), f"queue {queue} -> first")
    hop = found.hops[0]
    assert hop.fix

    assert (hop.does, hop.result) == ("is polled for", Result.REFUSED)
    assert len(hop.fix.grants) == 1
    assert hop.fix.grants[0].statement["Resource"] == queue
