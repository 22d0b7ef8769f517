"""The policies of one function, one for every qualifier, as Lambda keeps and changes them (semantics L4, L9 to L12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lampolicy.diagnostic import AwsError, Code, Diagnostic, PolicyError
from lampolicy.function._address import Address
from lampolicy.function._stored import (
    SHELL,
    Revisions,
    StoredPolicy,
    absent,
    as_stored,
    changed,
    found,
    next_revision,
    room_left,
)
from lampolicy.function._whole_document import kept, spoken
from lampolicy.names import Alias, FunctionArn, parse_qualifier
from lampolicy.organization import Function
from lampolicy.policy import (
    Policy,
    add_permission,
    check_permission,
    check_revision,
    permission_statement,
    remove_permission,
    statement_text,
    with_statement,
)

if TYPE_CHECKING:
    from lampolicy.function._smaller import Smaller

_NO_FUNCTION: Final = "Function not found: {}"
_NO_POLICY: Final = "The resource you requested does not exist."


@dataclass(frozen=True, slots=True)
class FunctionPolicies:
    """The policies of a function, its versions and its aliases; each change gives a new value.

    Attributes:
        arn: The function's unqualified ARN.
        policies: The policies there are.
        qualifiers: The versions and aliases there are; `None` if that is not known, and then any may be addressed.
        is_principal: Tells whether the user, role or session of an ARN exists, which Lambda looks up; if it is not
            given, every one does.
        revisions: Makes the revision ids; they depend on the contents alone if it is not given.
    """

    arn: FunctionArn
    policies: tuple[StoredPolicy, ...] = ()
    qualifiers: frozenset[str] | None = None
    is_principal: Callable[[str], bool] | None = field(default=None, compare=False)
    revisions: Revisions = field(default=next_revision, compare=False)

    @classmethod
    def of(cls, function: Function | FunctionArn | str, *, revisions: Revisions = next_revision) -> FunctionPolicies:
        """Take the policies of a function of an organization; or begin without any, for an ARN.

        Raises:
            InvalidName: The text is not the ARN of a function.
        """
        if not isinstance(function, Function):
            arn = function if isinstance(function, FunctionArn) else FunctionArn.parse(function)
            return cls(arn.unqualified, revisions=revisions)
        texts = [(str(arn.qualifier), statement_text(policy.to_dict())) for arn, policy in function.policies]
        policies = tuple(StoredPolicy(q, text, revisions(None, text)) for q, text in texts)
        there = {*function.versions, *(name for name, _ in function.aliases)}
        known = frozenset({*there, *(q for q, _ in texts if q)}) if there else None
        return cls(function.arn, policies, known, revisions=revisions)

    def add_permission(self, **parameters: object) -> FunctionPolicies:
        """Do what AddPermission does (semantics L9 to L11).

        Args:
            **parameters: The call's parameters as AWS names them: `StatementId`, `Action`, `Principal`, `SourceArn`,
                `SourceAccount`, `EventSourceToken`, `PrincipalOrgID`, `FunctionUrlAuthType`, `InvokedViaFunctionUrl`,
                `Qualifier`, `RevisionId`; `FunctionName` may be given, too.

        Raises:
            PolicyError: Lambda refuses the call; `.aws` is its answer.
            QualifierMismatch: `FunctionName` tells another qualifier than `Qualifier`.
        """
        call, qualifier = self._addressed(parameters)
        check_permission(call)
        self._demand(qualifier)
        self._demand_principal(call)
        added = add_permission(call, function=str(self.arn), stored=as_stored(found(self.policies, qualifier)))
        return self._with(qualifier, added.document)

    def remove_permission(self, **parameters: object) -> FunctionPolicies:
        """Do what RemovePermission does; the policy goes with its last statement (semantics L11).

        Args:
            **parameters: `StatementId`, `Qualifier`, `RevisionId`, `FunctionName`.

        Raises:
            PolicyError: Lambda refuses the call; `.aws` is its answer.
            QualifierMismatch: `FunctionName` tells another qualifier than `Qualifier`.
        """
        call, qualifier = self._addressed(parameters, "No policy found for: {}")
        self._demand(qualifier)
        return self._with(qualifier, remove_permission(call, stored=as_stored(found(self.policies, qualifier))))

    def get_policy(self, qualifier: str | None = None) -> dict[str, str]:
        """Answer as GetPolicy does: `Policy`, the document as one text, and `RevisionId`.

        Raises:
            PolicyError: There is no policy; `.aws` is Lambda's answer.
        """
        self._demand(qualifier or "")
        policy = found(self.policies, qualifier or "")
        if policy is None:
            name = self.arn.qualified(qualifier or "")
            raise absent(f"`{name}` has no policy", "add a permission first", _NO_POLICY)
        return {"Policy": policy.text, "RevisionId": policy.revision}

    def put_policy(
        self, document: str | Mapping[str, object], qualifier: str | None = None, *, revision: str | None = None
    ) -> FunctionPolicies:
        """Do what PutResourcePolicy does: take a whole document, as AWS was recorded to (semantics L12).

        Args:
            document: The document, as text or as a value.
            qualifier: The version or alias the policy hangs on, or `$LATEST`, which may have one by this call only.
            revision: The revision the caller has seen.

        Raises:
            PolicyError: Lambda refuses the document; `.aws` is its answer.
        """
        self._demand(qualifier or "")
        written = kept(document, self.arn.qualified(qualifier or ""))
        check_revision({"RevisionId": revision}, as_stored(found(self.policies, qualifier or "")), api=None)
        return self._with(qualifier or "", written)

    def get_resource_policy(self, qualifier: str | None = None) -> dict[str, str]:
        """Answer as GetResourcePolicy does: the same document and revision as `get_policy`.

        Raises:
            PolicyError: There is no policy; `.aws` is Lambda's answer.
        """
        return self.get_policy(qualifier)

    def delete_policy(self, qualifier: str | None = None, *, revision: str | None = None) -> FunctionPolicies:
        """Do what DeleteResourcePolicy does; where there is no policy it does nothing.

        Raises:
            PolicyError: The policy has another revision; `.aws` is Lambda's answer.
        """
        self._demand(qualifier or "")
        policy = found(self.policies, qualifier or "")
        if policy is None:
            return self
        check_revision({"RevisionId": revision}, as_stored(policy), api=None)
        return self._with(qualifier or "", None)

    def policy(self, qualifier: str | None = None) -> Policy | None:
        """The policy as decisions take it; `None` if there is none."""
        stored = found(self.policies, qualifier or "")
        return None if stored is None else spoken(stored.document, self.arn.qualified(qualifier or ""))

    def statement(self, sid: str, qualifier: str | None = None) -> str | None:
        """The text of a statement, as AddPermission answers it; `None` if there is none of this id."""
        stored = found(self.policies, qualifier or "")
        return None if stored is None else stored.statement(sid)

    def applied_to(self, function: Function) -> Function:
        """The function with these policies instead of its own, to decide with."""
        read = ((p.qualifier, self.policy(p.qualifier)) for p in self.policies)
        return replace(function, policies=tuple((self.arn.qualified(q), policy) for q, policy in read if policy))

    def qualifier_of(self, name: str, qualifier: str | None = None) -> str:
        """The qualifier a `FunctionName` and a `Qualifier` parameter tell together (semantics L2); empty for none.

        Raises:
            PolicyError: The name is another function's.
            QualifierMismatch: They tell different ones.
        """
        return self._qualifier_of(name, qualifier, _NO_FUNCTION)

    def _qualifier_of(self, name: str, qualifier: str | None, absent_text: str) -> str:
        address = Address.parse(name, qualifier)
        if not address.fits(self.arn):
            raise _no_function(_meant(address, self.arn), absent_text)
        return str(address.qualifier)

    def room_left(self, qualifier: str | None = None) -> int:
        """How many bytes the policy may still grow, of 20,480; an empty one has its shell already (semantics 1.3)."""
        return room_left(found(self.policies, qualifier or ""))

    def growth(self, **parameters: object) -> int:
        """How many bytes an AddPermission call would make the policy grow, which `room_left` must hold.

        Raises:
            PolicyError: Lambda refuses the parameters.
        """
        call, qualifier = self._addressed(parameters)
        stored = found(self.policies, qualifier)
        before = stored.document if stored else SHELL
        after = with_statement(before, permission_statement(call, function=str(self.arn)))
        return len(statement_text(after).encode()) - len(statement_text(before).encode())

    def smaller(self, qualifier: str | None = None) -> Smaller | None:
        """Propose a smaller policy that decides every request alike, which is shown by deciding.

        Returns:
            The proposal; `None` if there is no policy, or none smaller was found.
        """
        from lampolicy.function._smaller import smaller

        policy = self.policy(qualifier)
        stored = found(self.policies, qualifier or "")
        return None if policy is None or stored is None else smaller(self.arn.qualified(qualifier or ""), stored.text)

    def _with(self, qualifier: str, document: Mapping[str, object] | None) -> FunctionPolicies:
        return replace(self, policies=changed(self.policies, qualifier, document, self.revisions))

    def _addressed(
        self, parameters: Mapping[str, object], absent_text: str = _NO_FUNCTION
    ) -> tuple[Mapping[str, object], str]:
        """The parameters with the qualifier of `FunctionName` as `Qualifier`, and that qualifier (semantics L2)."""
        qualifier, name = parameters.get("Qualifier"), parameters.get("FunctionName")
        if not isinstance(name, str) or not isinstance(qualifier, str | None):
            return parameters, qualifier if isinstance(qualifier, str) else ""
        told = self._qualifier_of(name, qualifier, absent_text)
        return ({**parameters, "Qualifier": told}, told) if told else (parameters, "")

    def _demand(self, qualifier: str) -> None:
        """Refuse a version or alias that is not there; AWS has two sentences for it (semantics L11)."""
        if not qualifier or qualifier == "$LATEST" or self.qualifiers is None or qualifier in self.qualifiers:
            return
        name = self.arn.qualified(qualifier)
        if not isinstance(parse_qualifier(qualifier), Alias):
            raise _no_function(str(name))
        message = f"the function has no alias `{qualifier}`"
        raise absent(message, "make the alias first", f"Cannot find alias arn: {name}")

    def _demand_principal(self, call: Mapping[str, object]) -> None:
        """Refuse a user, role or session that is not there (semantics L10)."""
        text = str(call["Principal"])
        named = text.startswith("arn:") and not text.endswith(":root")
        if named and self.is_principal is not None and not self.is_principal(text):
            raise _nobody(text)


def _meant(address: Address, own: FunctionArn) -> str:
    parts = (address.partition or own.partition, address.region or own.region, address.account or own.account)
    return str(FunctionArn(*parts, address.name))


def _no_function(name: str, text: str = _NO_FUNCTION) -> PolicyError:
    return absent(f"there is no function `{name}`", "create or publish it first", text.format(name))


def _nobody(text: str) -> PolicyError:
    answer = AwsError(
        "InvalidParameterValueException",
        "The provided principal was invalid. Please check the principal and try again.",
    )
    help_ = "Lambda looks users and roles up when the permission is added: create it first"
    return PolicyError((Diagnostic(Code.BAD_PRINCIPAL, f"there is no `{text}`", help=help_, aws=answer),))
