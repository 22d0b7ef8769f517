"""Why Lambda's own question was answered as it was, and what would mend it."""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.decision import Undetermined
from lampolicy.diagnostic import visible
from lampolicy.function import Answer, Obstacle, Part, fix
from lampolicy.organization import Organization


def explained(answer: Answer, organization: Organization) -> str:
    """Write an answer out: its decisions, the explanation of the one that counts, and a fix where there is one."""
    blocks = ["\n".join(_overview(answer))]
    part = next(iter((*answer.refused, *answer.undetermined, *answer.parts)), None)
    if part is not None:
        blocks.append(str(part.explanation))
    mended = fix(answer, organization) if answer.refused else None
    if mended is not None:
        blocks.append(str(mended))
    return "\n\n".join(blocks)


def _overview(answer: Answer) -> Iterator[str]:
    yield visible(f"{answer.question}?")
    yield from (visible(_line(part)) for part in answer.parts)
    yield from (visible(_obstacle(obstacle)) for obstacle in answer.obstacles)
    yield from (visible(f"  note: {note}") for note in answer.notes)


def _line(part: Part) -> str:
    return f"  {_word(part):<9} {part.request.action} on {part.request.resource} ({part.rule}: {part.why})"


def _obstacle(obstacle: Obstacle) -> str:
    hint = f"; {obstacle.help}" if obstacle.help else ""
    return f"  {'refused':<9} {obstacle.message} ({obstacle.rule}){hint}"


def _word(part: Part) -> str:
    if isinstance(part.decision, Undetermined):
        return "unknown"
    return "allowed" if part.decision else "refused"
