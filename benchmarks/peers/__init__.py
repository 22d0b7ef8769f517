"""The peers: who they are, whether they are installed, and how a process that measures one is started."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from benchmarks.peers._protocol import Answer, Inexpressible, Peer

__all__ = ["NODE_PACKAGES", "OURS", "PEERS", "Answer", "Contender", "Inexpressible", "Peer"]

ROOT = Path(__file__).parents[2]
WORK = ROOT / "build" / "benchmarks"
NODE_PACKAGES = WORK / "npm" / "node_modules"
INSTALL_NODE = (
    "npm install --no-save --no-package-lock --prefix build/benchmarks/npm "
    "@cloud-copilot/iam-simulate @cedar-policy/cedar-wasm"
)
_NODE = Path(__file__).with_name("_node.mjs")


@dataclass(frozen=True, slots=True)
class Contender:
    """One peer, or lampolicy itself.

    Attributes:
        name: What to call it.
        package: Its distribution on PyPI or npm.
        language: What runs it.
        remark: How it is used, and what is favourable or unfavourable about that.
        module: The module that measures it (Python), or its name in `_node.mjs`.
        job: What it reads: the neutral form, or Cedar's.
    """

    name: str
    package: str
    language: Literal["python", "node"]
    remark: str
    module: str
    job: Literal["neutral", "cedar"] = "neutral"

    def version(self, packages: Path = NODE_PACKAGES) -> str | None:
        """The installed version; `None` if it is absent."""
        if self.language == "node":
            return _node_version(self.package, packages)
        try:
            return metadata.version(self.package)
        except metadata.PackageNotFoundError:
            return None

    def command(self, jobs: list[Path], limit: int, seconds: float) -> list[str]:
        """What to run to measure it on some workloads."""
        options = ["--limit", str(limit), "--seconds", str(seconds)]
        files = [str(job) for job in jobs]
        if self.language == "node":
            return ["node", str(_NODE), self.module, str(NODE_PACKAGES), *files, *options]
        if self is OURS:
            return [sys.executable, "-m", self.module, *files, *options]
        return [sys.executable, "-m", "benchmarks.peers._loop", self.module, *files, *options]


def _node_version(package: str, packages: Path) -> str | None:
    description = packages / package / "package.json"
    if shutil.which("node") is None or not description.is_file():
        return None
    return str(json.loads(description.read_text())["version"])


OURS = Contender("lampolicy", "lampolicy", "python", "`Authorizer.decide`", "benchmarks.peers._ours")
PEERS = (
    Contender(
        "cedarpy",
        "cedarpy",
        "python",
        "Cedar (Rust) through its Python bindings, `PolicySet` and `Entities` parsed; policies translated, across "
        "accounts every grant of the caller times every grant of the resource",
        "benchmarks.peers._cedarpy",
    ),
    Contender(
        "cedar-wasm",
        "@cedar-policy/cedar-wasm",
        "node",
        "Cedar as WebAssembly in Node, `preparsePolicySet` and `statefulIsAuthorized`; the same translation",
        "cedar-wasm",
        "cedar",
    ),
    Contender(
        "iam-simulate core",
        "@cloud-copilot/iam-simulate",
        "node",
        "`authorize` of its core, imported past its public face, with loaded policies: its fastest way",
        "iam-simulate",
    ),
    Contender(
        "iam-simulate",
        "@cloud-copilot/iam-simulate",
        "node",
        "`runSimulation`, its public face, with policies validated beforehand",
        "iam-simulate-run",
    ),
    Contender("vakt", "vakt", "python", "translated to rules in memory, as for Cedar", "benchmarks.peers._vakt"),
    Contender(
        "MiniStack",
        "ministack",
        "python",
        "the evaluator behind its `AUTH=true`; SCP levels and boundaries as its limits; takes the time from the clock",
        "benchmarks.peers._ministack",
    ),
    Contender(
        "PMapper",
        "principalmapper",
        "python",
        "`local_check_authorization_full`; users and roles only",
        "benchmarks.peers._pmapper",
    ),
    Contender(
        "moto",
        "moto",
        "python",
        "`IAMPolicy`, each document parsed once, layers combined by us; reads no context and no resource's policy",
        "benchmarks.peers._moto",
    ),
    Contender(
        "pycasbin",
        "pycasbin",
        "python",
        "translated to policy lines with a condition function, as for Cedar",
        "benchmarks.peers._pycasbin",
    ),
)
