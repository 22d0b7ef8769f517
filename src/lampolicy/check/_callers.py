"""Principals of an expected-decision file: aliases looked up, texts and mappings read."""

from __future__ import annotations

from collections.abc import Mapping

from lampolicy.catalog import near
from lampolicy.check._forms import (
    FederatedUserForm,
    PrincipalForm,
    RoleForm,
    RootForm,
    SamlForm,
    ServiceForm,
    UserForm,
    WebIdentityForm,
)
from lampolicy.check._functions import function_named
from lampolicy.check._refused import Faults, Refused
from lampolicy.diagnostic import Code, LampolicyError, Pointer, Severity
from lampolicy.organization import Organization
from lampolicy.request import FederatedUser, Principal, RoleSession, Root, Saml, Service, Tags, User, WebIdentity

_EXECUTION_ROLE = "execution-role-of:"


class Callers:
    """The principals a file can name."""

    def __init__(self, aliases: Mapping[str, PrincipalForm], organization: Organization, faults: Faults) -> None:
        self._organization = organization
        self._faults = faults
        self._strangers: set[str] = set()
        self._aliases = {name: self._read(form, ("principals", name)) for name, form in aliases.items()}

    def find(self, form: PrincipalForm, at: Pointer) -> Principal | None:
        """Give the principal meant at a place; `None` if there is a fault, which has been noted."""
        if isinstance(form, str) and form in self._aliases:
            return self._aliases[form]
        if isinstance(form, str) and _looks_like_an_alias(form):
            self._faults.add(at, self._unknown(form))
            return None
        return self._read(form, at)

    def note_stranger(self, principal: Principal, at: Pointer) -> None:
        """Note once that nothing is known about a caller: its refusals may only mean that a file is missing."""
        if self._organization.knows(principal) or principal.caller_arn in self._strangers:
            return
        self._strangers.add(principal.caller_arn)
        message = f"no policy of `{principal.caller_arn}` was found, so only other policies can grant it anything"
        help_ = "export its account too (`aws iam get-account-authorization-details`), or set `world`"
        self._faults.add(at, Refused(Code.STRANGER, message, help_), Severity.NOTE)

    def _unknown(self, name: str) -> Refused:
        known = ", ".join(f"`{alias}`" for alias in self._aliases) or "nobody"
        close = near(name, self._aliases, closeness=0.5)
        help_ = f"did you mean `{close}`?" if close else f"it names {known}"
        return Refused(Code.UNKNOWN_ALIAS, f"`principals` does not name `{name}`", help_)

    def _read(self, form: PrincipalForm, at: Pointer) -> Principal | None:
        try:
            return self._build(form)
        except Refused as refused:
            self._faults.add(at, refused)
        except LampolicyError as error:
            self._faults.add(at, Refused(Code.BAD_PRINCIPAL_TEXT, str(error)))
        return None

    def _build(self, form: PrincipalForm) -> Principal:
        if isinstance(form, str) and not form.startswith(_EXECUTION_ROLE):
            return self._organization.principal(form)
        return self._organization.enrich(self._typed(form))

    def _typed(self, form: PrincipalForm) -> Principal:
        match form:
            case str():
                return self._execution_role(form)
            case UserForm():
                return User(form.user, form.unique_id, _tags(form.tags))
            case RoleForm():
                return self._role(form)
            case FederatedUserForm():
                return FederatedUser(form.federated_user, form.issuer, _tags(form.tags))
            case RootForm():
                return Root(form.root)
            case ServiceForm():
                aliases = tuple(form.aliases)
                return Service(form.service, form.source_arn, form.source_account, form.source_org, aliases)
            case WebIdentityForm():
                return WebIdentity(form.web_identity, form.provider_account)
            case SamlForm():
                return Saml(form.saml)

    def _role(self, form: RoleForm) -> RoleSession:
        if not form.role.startswith(_EXECUTION_ROLE):
            return RoleSession(form.role, form.session, form.role_id, _tags(form.tags))
        own = self._execution_role(form.role)
        return RoleSession(own.role, form.session or own.session, form.role_id, _tags(form.tags))

    def _execution_role(self, text: str) -> RoleSession:
        """The session a function runs as; it bears the function's name (semantics L20)."""
        name = text.removeprefix(_EXECUTION_ROLE)
        function = function_named(self._organization, name)
        if function.role is None:
            raise Refused(
                Code.BAD_PRINCIPAL_TEXT, f"the role of function `{name}` is not known", "write the role's ARN"
            )
        return RoleSession(function.role, function.arn.name)


def called(form: PrincipalForm) -> str:
    """What the file calls a principal."""
    if isinstance(form, str):
        return form
    return next(str(value) for value in form.model_dump().values())


def _looks_like_an_alias(text: str) -> bool:
    return not {":", ".", "*"} & set(text) and text != "anonymous"


def _tags(tags: Mapping[str, str]) -> Tags:
    return tuple(tags.items())
