"""What generated worlds met: an agreement on what never occurs shows nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lampolicy.decision import Allowed, ExplicitlyDenied, ImplicitlyDenied, Undetermined
from lampolicy.policy import AllExcept, Policy, Statement, StatementId
from lampolicy.testing._compare import Answer, word_of
from lampolicy.testing._worlds import World, kind_of, layer_policies


@dataclass(slots=True)
class Tally:
    """How often worlds met what they should meet, group by group: `operator`, `principal`, `layer`, `decision` ..."""

    groups: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])
    worlds: int = 0

    def add(self, group: str, name: str) -> None:
        """Count one meeting."""
        self.groups.setdefault(group, Counter())[name] += 1

    def count_policies(self, world: World) -> None:
        """Count what the policies of a world are made of."""
        for layer, policies in layer_policies(world.policies).items():
            if policies:
                self.add("layer", layer)
            for policy in policies:
                self._count_policy(policy)

    def _count_policy(self, policy: Policy) -> None:
        self.add("policy kind", str(policy.kind))
        self.add("version", str(policy.version))
        for statement in policy.statements:
            self._count_statement(statement)

    def _count_statement(self, statement: Statement) -> None:
        for condition in statement.conditions:
            operator = condition.operator
            self.add("operator", str(operator.base))
            self.add("operator form", f"{operator.quantifier or 'plain'}{' IfExists' if operator.if_exists else ''}")
            if "${" in "".join(condition.values):
                self.add("element", "variable in a condition")
        for name in ("actions", "resources", "principals"):
            if isinstance(getattr(statement, name, None), AllExcept):
                self.add("element", f"Not{name.capitalize()[:-1]}")
        if "${" in repr(getattr(statement, "resources", None)):
            self.add("element", "variable in a resource")

    def count_answer(self, world: World, answer: Answer) -> None:
        """Count the caller and what was decided, with the layers that decided it."""
        self.worlds += 1
        self.add("principal", kind_of(world.request.principal))
        self.add("decision", word_of(answer))
        match answer:
            case Allowed():
                for grant in answer.by:
                    self.add("granted by", str(grant.kind) if isinstance(grant, StatementId) else grant.rule)
            case ExplicitlyDenied():
                for statement in answer.by:
                    self.add("denied by", str(statement.kind))
            case ImplicitlyDenied():
                for missing in answer.missing:
                    self.add("missing", str(missing.side))
            case Undetermined():
                self.add("undetermined outcomes", str(len(answer.outcomes)))
            case _:
                pass

    def lines(self) -> Iterator[str]:
        """Write the counts, one group a line."""
        for group, counts in sorted(self.groups.items()):
            yield f"{group}: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
