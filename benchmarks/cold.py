"""From process start to the first decision, for everybody who can be started alone."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import NODE_PACKAGES, PEERS, WORK
from benchmarks.peers import _cedar_text as cedar
from benchmarks.side_by_side import environment
from benchmarks.workloads import Workload, w1

# Each program is what its reader would write: the job from JSON by the standard library, policies from their texts, and
# nothing imported that this does not need. What lampolicy loads besides, it loads by itself.
_OURS = """
import json, lampolicy as lp
job = json.load(open({job!r}))
asked = job["asked"]
identity = lp.Policy.parse(job["identity_text"], kind="identity")
function = lp.Policy.parse(job["function_text"], kind="function")
request = lp.Request(asked["caller"], asked["action"], asked["resource"], asked["context"])
decision = lp.authorize(request, lp.Policies(identity=[identity], resource=function))
assert bool(decision) is job["allowed"]
"""
_OURS_ORGANIZATION = """
import json, lampolicy as lp
from lampolicy.organization import Account, Function, IamRole
job = json.load(open({job!r}))
asked = job["asked"]
identity = lp.Policy.parse(job["identity_text"], kind="identity")
own = lp.Policy.parse(job["function_text"], kind="function")
function = lp.FunctionArn.parse(job["function_arn"])
organization = lp.Organization(
    accounts=(Account(function.account),),
    roles=(IamRole(asked["caller"], inline=(identity,)),),
    functions=(Function(function, policies=((function, own),)),),
)
decision = lp.Authorizer(organization).decide(asked["caller"], asked["action"], asked["resource"], asked["context"])
assert bool(decision) is job["allowed"]
"""
_CEDARPY = """
import json, cedarpy
job = json.load(open({job!r}))
policies, entities = cedarpy.PolicySet.from_str(job["cedar"]), cedarpy.Entities.from_json_str("[]")
assert cedarpy.is_authorized(job["request"], policies, entities).allowed is job["allowed"]
"""
_PMAPPER = """
import json, collections, collections.abc
collections.Mapping, collections.MutableMapping = collections.abc.Mapping, collections.abc.MutableMapping
from principalmapper.common import Node, Policy
from principalmapper.querying.query_interface import local_check_authorization_full
job = json.load(open({job!r}))
asked = job["asked"]
node = Node(asked["caller"], "AROA", [Policy("arn:aws:iam::aws:policy/app", "app", job["identity"])],
            [], {{}}, [], 0, False, False, None, False, {{}})
allowed = local_check_authorization_full(
    node, asked["action"], asked["resource"], asked["context"], job["function"], asked["owner"])
assert allowed is job["allowed"]
"""
_MOTO = """
import json
from moto.iam.access_control import IAMPolicy, PermissionResult
job = json.load(open({job!r}))
policy = IAMPolicy({{"policy_document": json.dumps(job["identity"])}})
policy.is_action_permitted(job["asked"]["action"], job["asked"]["resource"])
"""
_MINISTACK = """
import json
from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document
job = json.load(open({job!r}))
asked = job["asked"]
context = EvalContext(principal_arn=asked["caller"], principal_type="AssumedRole", principal_account=asked["owner"],
    action=asked["action"], resource_arn=asked["resource"], region="us-east-1",
    source_ip=asked["context"]["aws:SourceIp"], secure_transport=True)
evaluate(context, [parse_policy_document(job["identity"])])
"""
_VAKT = "import vakt; from vakt.rules import CIDR, Eq, RegexMatch"
_PYCASBIN = "import casbin"
_NODE_LOOP = Path(__file__).parent / "peers" / "_node.mjs"


@dataclass(frozen=True, slots=True)
class Start:
    """One program to start.

    Attributes:
        name: What it is.
        command: How it is started.
        peer: The peer it needs; `None` for none.
    """

    name: str
    command: Sequence[str]
    peer: str | None = None


def starts() -> list[Start]:
    """Every program, its input written beside it."""
    workload = w1(200)
    job = _job(workload)
    one = Workload.from_json(workload.to_json())
    neutral = WORK / "data" / "start.json"
    neutral.write_bytes(_first_only(one).to_json())
    cedar_job = WORK / "data" / "start.cedar.json"
    held = json.loads(job.read_text())
    cedar_job.write_text(json.dumps({"policies": held["cedar"], "requests": [held["request"]]}))

    def python(program: str) -> list[str]:
        return [sys.executable, "-c", program.format(job=str(job))]

    def node(name: str, path: Path) -> list[str]:
        return ["node", str(_NODE_LOOP), name, str(NODE_PACKAGES), str(path), "--limit", "1", "--seconds", "0"]

    return [
        Start("bare Python", python("pass")),
        Start("Python, import orjson", python("import orjson")),
        Start("import lampolicy", python("import lampolicy")),
        Start("lampolicy, first decision", python(_OURS)),
        Start("lampolicy, first decision of an `Authorizer`", python(_OURS_ORGANIZATION)),
        Start("cedarpy, first decision", python(_CEDARPY), "cedarpy"),
        Start("PMapper, first decision", python(_PMAPPER), "PMapper"),
        Start("moto, first decision", python(_MOTO), "moto"),
        Start("MiniStack, first decision", python(_MINISTACK), "MiniStack"),
        Start("vakt, import alone", python(_VAKT), "vakt"),
        Start("pycasbin, import alone", python(_PYCASBIN), "pycasbin"),
        Start("bare Node", ["node", "-e", "0"], "cedar-wasm"),
        Start("iam-simulate core, first decision", node("iam-simulate", neutral), "iam-simulate core"),
        Start("cedar-wasm, first decision", node("cedar-wasm", cedar_job), "cedar-wasm"),
    ]


def _first_only(workload: Workload) -> Workload:
    row = next(r for r in workload.rows if workload.asked_in(r).account == workload.accounts[0])
    held = json.loads(workload.to_json())
    return Workload.from_json(json.dumps({**held, "rows": [row]}).encode())


def _job(workload: Workload) -> Path:
    one = _first_only(workload)
    asked = next(one.asked())
    function = next(iter(one.functions))
    from benchmarks.ours import Ours

    allowed = Ours.of(one).check(Ours.of(one).requests)[0]
    path = WORK / "data" / "start-job.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    job = {
        "identity_text": json.dumps(one.documents["app"]),
        "function_text": json.dumps(one.documents["orders-api"]),
        "identity": one.documents["app"],
        "function": one.documents["orders-api"],
        "function_arn": function,
        "asked": {
            "caller": asked.caller,
            "action": asked.action,
            "resource": asked.resource,
            "owner": asked.owner,
            "context": dict(asked.context),
        },
        "allowed": allowed,
        "cedar": cedar.policies(one),
        "request": cedar.request(asked),
    }
    path.write_text(json.dumps(job))
    return path


def measure(rounds: int, say: Callable[[str], None]) -> dict[str, list[float] | str]:
    """Milliseconds of every program, round after round; or why it could not be started."""
    found: dict[str, list[float] | str] = {}
    programs = starts()
    versions = {peer.name: peer.version() for peer in PEERS}
    for start in list(programs):
        if start.peer is not None and versions[start.peer] is None:
            found[start.name] = "absent"
            programs.remove(start)
    for number in range(-1, rounds):  # the first round only fills caches of files
        say(f"process start: round {max(number, 0) + 1} of {rounds}")
        for start in programs:
            taken = _run(start)
            if isinstance(taken, str):
                found[start.name] = taken
            elif number >= 0:
                times = found.setdefault(start.name, [])
                if isinstance(times, list):
                    times.append(taken)
    return found


def _run(start: Start) -> float | str:
    began = time.perf_counter()
    done = subprocess.run(start.command, env=environment(), cwd=WORK, capture_output=True, text=True, check=False)  # noqa: S603
    taken = (time.perf_counter() - began) * 1e3
    if done.returncode == 0:
        return taken
    return f"failed: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1][:200]}"


def medians(found: dict[str, list[float] | str]) -> dict[str, float]:
    """The median of every program that could be started."""
    return {name: statistics.median(times) for name, times in found.items() if isinstance(times, list) and times}
