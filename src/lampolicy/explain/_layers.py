"""The chain of layers, each with its verdict and the statements that mattered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lampolicy.decision import Allowed, ImplicitlyDenied, Side
from lampolicy.explain._elements import failed_elements, held_elements, open_elements
from lampolicy.explain._parts import ExplainedLayer, ExplainedStatement, Verdict
from lampolicy.policy import Effect
from lampolicy.reference import GrantKind, LayerTrace, StatementTrace, Trace

_NEAREST: Final = 3
"""How many near misses of a silent layer are shown."""


def explained_layers(trace: Trace) -> tuple[ExplainedLayer, ...]:
    """Explain every layer that applies, and name those that were given and do not, or that are missed and not there."""
    found = [_layer(layer, trace) for layer in trace.layers]
    found += [ExplainedLayer(side, None, Verdict.EXEMPT, remark=reason) for side, reason in trace.exempt]
    found += _absent(trace, {layer.side for layer in trace.layers})
    order = list(Side)
    return tuple(sorted(found, key=lambda layer: (order.index(layer.side), layer.level or 0)))


def _absent(trace: Trace, there: set[Side]) -> Iterator[ExplainedLayer]:
    if isinstance(trace.decision, ImplicitlyDenied):
        for missing in trace.decision.missing:
            if missing.side not in there:
                yield ExplainedLayer(missing.side, missing.level, Verdict.ABSENT)


def _layer(layer: LayerTrace, trace: Trace) -> ExplainedLayer:
    verdict, statements = _verdict(layer)
    if statements:
        return ExplainedLayer(layer.side, layer.level, verdict, tuple(_matching(s, trace) for s in statements))
    if isinstance(trace.decision, Allowed):
        return ExplainedLayer(layer.side, layer.level, verdict)
    near = _near_misses(layer)
    remark = None if near or layer.side is Side.RESOURCE_CONTROL else _nothing_near(layer, trace.request.action)
    shown = tuple(ExplainedStatement(s.id, s.effect, matches=False, failed=failed_elements(s, trace)) for s in near)
    return ExplainedLayer(layer.side, layer.level, verdict, shown, remark)


def _verdict(layer: LayerTrace) -> tuple[Verdict, list[StatementTrace]]:
    """What the layer says, and the statements that make it say so."""
    possible = [s for s in layer.about if s.possible]
    if denies := [s for s in possible if s.effect is Effect.DENY and not s.open_tests]:
        return Verdict.DENIES, denies
    if any(s.open_tests for s in possible):
        return Verdict.OPEN, possible
    if possible:
        return Verdict.ALLOWS, possible
    return (Verdict.ALLOWS if layer.side is Side.RESOURCE_CONTROL else Verdict.SILENT), []


def _matching(statement: StatementTrace, trace: Trace) -> ExplainedStatement:
    named: frozenset[GrantKind] = statement.principal.kinds if statement.principal is not None else frozenset()
    sure_deny = statement.effect is Effect.DENY and not statement.open_tests
    return ExplainedStatement(
        statement.id,
        statement.effect,
        matches=None if statement.open_tests else True,
        named_as=tuple(sorted(kind.value for kind in named)),
        failed=open_elements(statement),
        held=held_elements(statement, trace) if sure_deny else (),
    )


def _near_misses(layer: LayerTrace) -> list[StatementTrace]:
    """The Allows about this action that fail in the fewest elements."""
    near = [s for s in layer.about if s.effect is Effect.ALLOW]
    return sorted(near, key=_elements_that_fail)[:_NEAREST]


def _elements_that_fail(statement: StatementTrace) -> int:
    resource = statement.resource is not None and not statement.resource.possible
    principal = statement.principal is not None and not statement.principal.matched
    return resource + principal + sum(condition.truth is False for condition in statement.conditions)


def _nothing_near(layer: LayerTrace, action: str) -> str:
    count = sum(s.effect is Effect.ALLOW for policy in layer.policies for s in policy.statements)
    if not count:
        return "it allows nothing at all"
    return f"its Allow is not about {action}" if count == 1 else f"none of its {count} Allows is about {action}"
