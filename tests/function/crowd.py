"""Small, dense organizations around two functions in two accounts: every grant is near some caller and some address."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from lampolicy import FunctionArn, Organization, Policy
from lampolicy.organization import Account, Function, FunctionUrl, IamRole, IamUser, ManagedPolicy, Unit, UrlAuthType

from .cast import CALL_URL, INVOKE, A, B, F, G

OUTSIDE: Final = "444444444444"
USERS: Final = (f"arn:aws:iam::{A}:user/team/u", f"arn:aws:iam::{B}:user/v")
ROLES: Final = (f"arn:aws:iam::{A}:role/team/r", f"arn:aws:iam::{B}:role/s")
SERVICES: Final = ("s3.amazonaws.com", "sns.amazonaws.com")
QUALIFIERS: Final = ("", "live", "1", "$LATEST")
ADDRESSES: Final = tuple(f"{base}:{q}" if q else base for base in (F, G) for q in QUALIFIERS)
AUTH_TYPES: Final[tuple[UrlAuthType, ...]] = ("AWS_IAM", "NONE")
BOUNDARY: Final = f"arn:aws:iam::{A}:policy/limit"

_ACTIONS: Final = (INVOKE, "lambda:*", "lambda:Invoke*", CALL_URL, "lambda:GetFunction")
_RESOURCES: Final = ("*", *ADDRESSES, f"{F}:*", f"{F}*", f"{G}:*", "*", "*", "*")
_NAMED: Final = (
    *({"AWS": arn} for arn in (*USERS, *ROLES)),
    *({"AWS": account} for account in (A, B, OUTSIDE)),
    {"AWS": [B, ROLES[0]]},
    {"AWS": f"arn:aws:sts::{A}:assumed-role/r/named"},
    {"AWS": f"arn:aws:iam::{OUTSIDE}:role/stranger"},
    *({"Service": name} for name in SERVICES),
    "*",
)
_CONDITIONS: Final = (
    {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
    {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
    {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}},
    {"StringEquals": {"AWS:SourceAccount": A}},
    {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::photos"}},
    {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{A}:*"}},
    {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}},
    {"StringNotEquals": {"aws:PrincipalAccount": A}},
)


def _effects() -> st.SearchStrategy[str]:
    return st.sampled_from((*("Allow",) * 5, "Deny"))


def _conditions() -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(({},) * 2 * len(_CONDITIONS) + tuple({"Condition": c} for c in _CONDITIONS))


def _own(*, allow_only: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda effect, action, resource, more: {"Effect": effect, "Action": action, "Resource": resource, **more},
        st.just("Allow") if allow_only else _effects(),
        st.sampled_from(_ACTIONS),
        st.sampled_from(_RESOURCES),
        _conditions(),
    )


def _hung(arn: str) -> st.SearchStrategy[dict[str, Any]]:
    written = st.builds(
        lambda effect, principal, action, more: {
            "Effect": effect,
            "Principal": principal,
            "Action": action,
            "Resource": arn,
            **more,
        },
        _effects(),
        st.sampled_from(_NAMED),
        st.sampled_from(_ACTIONS),
        _conditions(),
    )
    negated = st.builds(
        lambda principal, action: {
            "Effect": "Deny",
            "NotPrincipal": principal,
            "Action": action,
            "Resource": arn,
        },
        st.sampled_from(({"AWS": [A, USERS[0], ROLES[0]]}, {"Service": "s3.amazonaws.com"}, {"AWS": B})),
        st.sampled_from(_ACTIONS),
    )
    return st.sampled_from((*(written,) * 8, negated)).flatmap(lambda chosen: chosen)


def _policy(kind: str, statements: list[dict[str, Any]], name: str) -> Policy:
    return Policy.parse({"Version": "2012-10-17", "Statement": statements}, kind=kind, name=name)


@st.composite
def _inline(draw: st.DrawFn, arn: str) -> tuple[Policy, ...]:
    statements = draw(st.lists(_own(), max_size=3))
    return (_policy("identity", statements, f"of {arn}"),) if statements else ()


def _opened(arn: str) -> list[dict[str, Any]]:
    """What the console writes for a URL of AuthType `NONE`, but for the condition on the AuthType (L8)."""
    called = {"Effect": "Allow", "Principal": "*", "Resource": arn}
    through = {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
    return [{**called, "Action": CALL_URL}, {**called, "Action": INVOKE, "Condition": through}]


@st.composite
def _function(draw: st.DrawFn, base: str) -> Function:
    arn = FunctionArn.parse(base)
    hung: list[tuple[FunctionArn, Policy]] = []
    for qualifier in draw(st.permutations(QUALIFIERS)):
        on = arn.qualified(qualifier)
        statements = draw(st.lists(_hung(str(on)), max_size=3))
        statements += _opened(str(on)) if draw(st.integers(0, 2)) == 0 else []
        if statements:
            hung.append((on, _policy("function", statements, f"of {on}")))
    auth: UrlAuthType = draw(st.sampled_from(AUTH_TYPES))
    urls = tuple(FunctionUrl(arn.qualified(q), auth) for q in draw(st.sets(st.sampled_from(("", "live")))))
    role = ROLES[0] if arn.account == A else ROLES[1]
    return Function(arn, role, tuple(hung), urls, versions=("1",), aliases=(("live", "1"),))


def _scps(draw: st.DrawFn) -> tuple[Policy, ...] | None:
    """Nothing known, all but some things denied, or just some things allowed."""
    match draw(st.integers(0, 4)):
        case 0:
            everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
            return (_policy("scp", [everything, {**draw(_own()), "Effect": "Deny"}], "scp"),)
        case 1:
            return (_policy("scp", [draw(_own(allow_only=True))], "scp"),)
        case _:
            return None


@st.composite
def crowds(draw: st.DrawFn) -> Organization:
    """Two accounts, one of them perhaps outside; users, roles, boundaries, SCPs; two functions with every qualifier."""
    users = tuple(IamUser(arn, inline=draw(_inline(arn)), boundary=_bound(draw, arn)) for arn in USERS)
    roles = tuple(IamRole(arn, inline=draw(_inline(arn)), boundary=_bound(draw, arn)) for arn in ROLES)
    limit = _policy("identity", draw(st.lists(_own(allow_only=True), min_size=1, max_size=2)), "limit")
    unit = Unit("ou-abcd-11111111", "work", "r-abcd", _scps(draw))
    return Organization(
        id="o-abcdefghij",
        management_account=draw(st.sampled_from((None, A, OUTSIDE))),
        units=(Unit("r-abcd", "root"), unit),
        accounts=(
            Account(A, parent=unit.id, service_control=_scps(draw)),
            Account(B, parent=draw(st.sampled_from(("r-abcd", unit.id))), member=draw(st.booleans())),
        ),
        managed=(ManagedPolicy(BOUNDARY, limit),),
        users=users,
        roles=roles,
        functions=(draw(_function(F)), draw(_function(G))),
    )


def _bound(draw: st.DrawFn, arn: str) -> str | None:
    return BOUNDARY if f":{A}:" in arn and draw(st.integers(0, 3)) == 0 else None
