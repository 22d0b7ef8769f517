"""The entry: a request and its policies in, a decision with its evidence out."""

from __future__ import annotations

from collections.abc import Iterator

from lampolicy.decision import Decision, Side
from lampolicy.organization import Policies
from lampolicy.reference._layers import layers_of, scp_exemption
from lampolicy.reference._question import Question, ask
from lampolicy.reference._rcp import rcp_exemption
from lampolicy.reference._trace import LayerTrace, Trace
from lampolicy.reference._uncertain import UNCERTAIN_RULES, UncertainRule
from lampolicy.reference._unknown import decide_under_all
from lampolicy.request import Request


def decide(request: Request, policies: Policies, *, what_if: bool = False) -> Decision:
    """Decide one request literally by the semantics, without any index or memo.

    Args:
        request: Who asks to do what to which resource, in which circumstances.
        policies: Every policy that bears on it.
        what_if: Let condition keys given with the request win over those derived from the caller (semantics K1).

    Raises:
        RequestError: The request contradicts what is derived from its caller, and `what_if` is not set.
    """
    return _decided(ask(request, policies, what_if=what_if))[0]


def trace(request: Request, policies: Policies, *, what_if: bool = False) -> Trace:
    """Decide as `decide` does, and keep what was looked at.

    The decision is read off the same layers that are returned. It is made once more for every uncertain rule of the
    semantics (section 9) that had a part in it, read the other way: the rules that change its kind are those it rests
    on. A rule that was never asked for has no part in it, since the same steps would be taken without it.

    Raises:
        RequestError: As for `decide`.
    """
    question = ask(request, policies, what_if=what_if)
    decision, layers = _decided(question)
    return Trace(request, decision, layers, tuple(_exempt(question)), tuple(_rests_on(question, decision)))


def _decided(question: Question) -> tuple[Decision, tuple[LayerTrace, ...]]:
    layers = layers_of(question)
    return decide_under_all(question, layers), layers


def _rests_on(question: Question, decision: Decision) -> Iterator[UncertainRule]:
    for rule in _consulted(question):
        # That the request agrees with what is derived was looked at once; a rule turned makes it no contradiction.
        turned = ask(question.request, question.policies, what_if=True, turned=frozenset({rule}))
        if type(_decided(turned)[0]) is not type(decision):
            yield rule


def _consulted(question: Question) -> list[UncertainRule]:
    return [rule for rule in UNCERTAIN_RULES if rule in question.consulted] if question.consulted else []


def _exempt(question: Question) -> Iterator[tuple[Side, str]]:
    if question.policies.resource_control and (reason := rcp_exemption(question)):
        yield Side.RESOURCE_CONTROL, reason
    if question.policies.service_control and (reason := scp_exemption(question)):
        yield Side.SERVICE_CONTROL, reason
