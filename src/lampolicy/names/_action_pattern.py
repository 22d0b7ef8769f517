"""Patterns of actions: service and name matched apart, without regard to case (semantics M2, M3)."""

from __future__ import annotations

from lampolicy.names._glob import Matcher, fold, glob, tokens


def action_pattern(text: str) -> Matcher:
    """Compile an action pattern into a function of a folded action (`fold("lambda:InvokeFunction")`).

    `*` matches every action; otherwise the service and the name are each globbed on their own. Blanks and commas are
    ordinary characters, which no real action holds.
    """
    pattern = fold(text)
    if pattern == "*":
        return lambda _: True
    service, colon, name = pattern.partition(":")
    if not colon:
        return lambda _: False
    if "*" not in pattern and "?" not in pattern:
        return pattern.__eq__
    match_name = glob(tokens(name))
    if "*" not in service and "?" not in service:
        prefix = service + ":"
        return lambda action: action.startswith(prefix) and match_name(action[len(prefix) :])
    match_service = glob(tokens(service))

    def match(action: str) -> bool:
        theirs, _, its_name = action.partition(":")
        return match_service(theirs) and match_name(its_name)

    return match
