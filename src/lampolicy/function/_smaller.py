"""Propose a smaller policy that decides every request alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar

from lampolicy.function._equivalent import proof
from lampolicy.function._whole_document import spoken
from lampolicy.function._witnesses import is_understood, principals_of
from lampolicy.jsontext import read_json
from lampolicy.names import FunctionArn, fold, glob, tokens
from lampolicy.policy import (
    BaseOperator,
    Condition,
    FunctionStatement,
    Only,
    Operator,
    Policy,
    PrincipalPattern,
    PrincipalType,
    statement_text,
)

T = TypeVar("T")
_WILD: Final = frozenset({BaseOperator.STRING_LIKE, BaseOperator.ARN_LIKE, BaseOperator.ARN_EQUALS})


@dataclass(frozen=True, slots=True)
class Step:
    """One change on the way to the smaller policy.

    Attributes:
        joins: Whether statements were joined; else one was dropped.
        why: What was done, in words.
        gone: The ids of the statements that are no more, `#3` for the third if it has none.
        requests: How many requests were decided to show that nothing changes.
    """

    joins: bool
    why: str
    gone: tuple[str, ...]
    requests: int


@dataclass(frozen=True, slots=True)
class Smaller:
    """A proposal.

    Attributes:
        arn: What the policy hangs on.
        before: The document as it is.
        text: The document that would do.
        steps: What was changed, each shown to change no decision.
    """

    arn: FunctionArn
    before: str
    text: str
    steps: tuple[Step, ...]

    @property
    def saved(self) -> int:
        """How many bytes it saves."""
        return len(self.before.encode()) - len(self.text.encode())

    @property
    def only_removes(self) -> bool:
        """Whether RemovePermission is enough; a statement that joins others needs PutResourcePolicy."""
        return not any(step.joins for step in self.steps)

    def __str__(self) -> str:
        lines = [f"{step.why} ({step.requests} requests decided alike)" for step in self.steps]
        return "\n".join([f"{self.saved} of {len(self.before.encode())} bytes less:", *(f"  {line}" for line in lines)])


def smaller(arn: FunctionArn, text: str) -> Smaller | None:
    """Propose a smaller document; `None` if none is found.

    Statements are dropped that others make needless, and statements that differ in one thing only are joined. No
    wildcard is written that does not stand there: it would admit more. A statement whose effect cannot be shown by
    deciding (set operators, negations, variables, `NotAction` ...) stays as it is.
    """
    document = read_json(text)
    if not isinstance(document, dict):
        return None
    policy = spoken(dict(document), arn)
    work = _Work(arn, [s for s in policy.statements if isinstance(s, FunctionStatement)])
    work.drop()
    while work.join():
        pass
    written = statement_text(Policy(policy.kind, tuple(work.statements), policy.version, policy.id).to_dict())
    if not work.steps or len(written.encode()) >= len(text.encode()):
        return None
    return Smaller(arn, text, written, tuple(work.steps))


class _Work:
    """The statements while they become fewer."""

    def __init__(self, arn: FunctionArn, statements: list[FunctionStatement]) -> None:
        self.arn = arn
        self.statements = statements
        self.steps: list[Step] = []
        self._names = {id(s): s.sid or f"#{n}" for n, s in enumerate(statements, 1)}

    def drop(self) -> None:
        """Drop every statement that another one makes needless; of two alike the later one."""
        for statement in [s for s in reversed(self.statements) if is_understood(s, self.arn)]:
            for other in self.statements:
                if other is not statement and self._covers(other, statement):
                    break

    def _covers(self, other: FunctionStatement, statement: FunctionStatement) -> bool:
        if not is_understood(other, self.arn) or not _may_cover(other, statement):
            return False
        shown = proof((statement, other), (other,), self.arn)
        if shown is None:
            return False
        name, stays = self._name(statement), self._name(other)
        self._take(statement)
        self.steps.append(
            Step(
                joins=False, why=f"drop `{name}`, which `{stays}` makes needless", gone=(name,), requests=shown.requests
            )
        )
        return True

    def join(self) -> bool:
        """Join one group of statements that differ in one thing only; tell whether there was one."""
        understood = [s for s in self.statements if is_understood(s, self.arn)]
        return any(self._joined(group, whole) for group, whole in _groups(understood))

    def _joined(self, group: Sequence[FunctionStatement], whole: FunctionStatement) -> bool:
        shown = proof(group, (whole,), self.arn)
        if shown is None:
            return False
        first, *others = group
        names = [self._name(s) for s in group]
        self.statements[next(n for n, s in enumerate(self.statements) if s is first)] = whole
        self._names[id(whole)] = names[0]
        for statement in others:
            self._take(statement)
        listed = ", ".join(f"`{name}`" for name in names)
        self.steps.append(
            Step(joins=True, why=f"write {listed} as one statement", gone=tuple(names[1:]), requests=shown.requests)
        )
        return True

    def _name(self, statement: FunctionStatement) -> str:
        return self._names[id(statement)]

    def _take(self, statement: FunctionStatement) -> None:
        self.statements = [s for s in self.statements if s is not statement]


def _may_cover(wide: FunctionStatement, narrow: FunctionStatement) -> bool:
    """Tell cheaply whether it is worth deciding that `wide` makes `narrow` needless."""
    by_key = {c.key.lower(): c for c in narrow.conditions}
    return (
        wide.effect is narrow.effect
        and all(any(glob(tokens(fold(w)))(fold(n)) for w in wide.actions.patterns) for n in narrow.actions.patterns)
        and all(any(_may_admit(w, n) for w in principals_of(wide)) for n in principals_of(narrow))
        and all(c.key.lower() in by_key and _may_hold(c, by_key[c.key.lower()]) for c in wide.conditions)
    )


def _may_admit(wide: PrincipalPattern, narrow: PrincipalPattern) -> bool:
    if wide.value in ("*", narrow.value):
        return True
    same_type = wide.type is narrow.type is PrincipalType.AWS
    account = wide.value.split(":")[4] if wide.value.endswith(":root") else wide.value
    return same_type and account in narrow.value.split(":")


def _may_hold(wide: Condition, narrow: Condition) -> bool:
    wild = wide.operator.base in _WILD
    return all(any(w == n or (wild and glob(tokens(w))(n)) for w in wide.values) for n in narrow.values)


def _groups(
    statements: Sequence[FunctionStatement],
) -> Iterator[tuple[Sequence[FunctionStatement], FunctionStatement]]:
    """Statements that differ in the values of one condition, in their principals or in their actions only."""
    keys = dict.fromkeys((c.operator, c.key) for s in statements for c in s.conditions)
    for operator, key in keys:
        for group in _alike(_with_key(statements, operator, key), partial(_but_for, operator=operator, key=key)):
            values = _union(_condition(s, operator, key).values for s in group)
            yield group, _with_values(group[0], operator, key, values)
    for group in _alike(statements, lambda s: (s.effect, s.actions, s.resources, s.conditions)):
        if not any(p.value == "*" for s in group for p in principals_of(s)):
            yield group, replace(group[0], principals=Only(_union(map(principals_of, group))))
    for group in _alike(statements, lambda s: (s.effect, s.principals, s.resources, s.conditions)):
        yield group, replace(group[0], actions=Only(_union(s.actions.patterns for s in group)))


def _alike(
    statements: Iterable[FunctionStatement], mark: Callable[[FunctionStatement], Hashable]
) -> Iterator[list[FunctionStatement]]:
    found: dict[Hashable, list[FunctionStatement]] = {}
    for statement in statements:
        found.setdefault(mark(statement), []).append(statement)
    yield from (group for group in found.values() if len(group) > 1)


def _with_key(statements: Iterable[FunctionStatement], operator: Operator, key: str) -> list[FunctionStatement]:
    return [s for s in statements if any((c.operator, c.key) == (operator, key) for c in s.conditions)]


def _but_for(statement: FunctionStatement, operator: Operator, key: str) -> Hashable:
    others = frozenset(c for c in statement.conditions if (c.operator, c.key) != (operator, key))
    return (statement.effect, statement.actions, statement.resources, statement.principals, others)


def _condition(statement: FunctionStatement, operator: Operator, key: str) -> Condition:
    return next(c for c in statement.conditions if (c.operator, c.key) == (operator, key))


def _with_values(
    statement: FunctionStatement, operator: Operator, key: str, values: tuple[str, ...]
) -> FunctionStatement:
    changed = (replace(c, values=values) if (c.operator, c.key) == (operator, key) else c for c in statement.conditions)
    return replace(statement, conditions=tuple(changed))


def _union(lists: Iterable[Sequence[T]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(item for items in lists for item in items))
