"""What a run was made on: machine, load, versions."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from benchmarks.peers import PEERS, ROOT

_LIBRARIES = ("orjson", "pydantic", "lark", "pyperf", "numpy", "pyarrow")


def described() -> dict[str, object]:
    """Machine, system and interpreter."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory GiB": round(_memory()),
        "system": f"{platform.system()} {platform.release()}",
        "load before": round(os.getloadavg()[0], 1),
        "commit": _commit(),
    }


def versions() -> dict[str, str]:
    """Versions of interpreters, of lampolicy and what it is measured with, and of every peer."""
    import lampolicy

    found = {"CPython": platform.python_version(), "Node": _node(), "lampolicy": lampolicy.__version__}
    for name in _LIBRARIES:
        found[name] = _installed(name)
    return found | {peer.name: peer.version() or "absent" for peer in PEERS}


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "absent"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _node() -> str:
    node = shutil.which("node")
    return "absent" if node is None else _said([node, "--version"]).lstrip("v")


def _commit() -> str:
    git = shutil.which("git")
    return "unknown" if git is None else _said([git, "-C", str(ROOT), "rev-parse", "--short", "HEAD"])


def _said(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    return done.stdout.strip() or "unknown"


def on_terminal() -> bool:
    """Whether somebody watches."""
    return sys.stderr.isatty()
