"""Who may call a function URL: L8, its flips, the decisive cases 45 to 49, and what was recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lampolicy import (
    Anonymous,
    Authorizer,
    FunctionArn,
    Organization,
    Policy,
    RoleSession,
    Saml,
    Service,
    User,
)
from lampolicy.decision import ExplicitlyDenied, ImplicitlyDenied, Missing, Side
from lampolicy.diagnostic import AwsError
from lampolicy.function import Answer, AssumedBy, FunctionView
from lampolicy.organization import Function, FunctionUrl, IamUser

from .cast import (
    CALL_URL,
    INVOKE,
    A,
    B,
    F,
    G,
    R,
    U,
    allow,
    deny,
    function,
    policy,
    role,
    user,
    view,
)

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded" / "decisions.jsonl"
FORBIDDEN = AwsError(
    "AccessDeniedException",
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
)
AUTH_TYPE = "lambda:FunctionUrlAuthType"
VIA_URL = {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
PUBLIC = (
    allow(CALL_URL, Principal="*", Condition={"StringEquals": {AUTH_TYPE: "NONE"}}),
    allow(INVOKE, Principal="*", Condition=VIA_URL),
)
DISTRIBUTION = f"arn:aws:cloudfront::{A}:distribution/E1"


def with_url(*statements: dict[str, Any], url: Any = "AWS_IAM", arn: str = F, alias: bool = False) -> Function:
    """A function whose URL hangs on it, or on its alias `live`, with a policy of several statements there."""
    base = FunctionArn.parse(arn)
    on = base.qualified("live") if alias else base
    own = policy("function", *({**s, "Resource": str(on)} for s in statements)) if statements else None
    return Function(
        base,
        policies=((on, own),) if own else (),
        urls=(FunctionUrl(on, url),) if url else (),
        aliases=(("live", "3"),),
    )


def refused(answer: Answer) -> list[str]:
    return [part.request.action for part in answer.refused]


class TestBothPermissions:
    """L8: lambda:InvokeFunctionUrl and lambda:InvokeFunction, each with its own context, each from either side."""

    def test_it_takes_two_decisions_each_with_its_context(self) -> None:
        answer = view("f", users=(user(allow([CALL_URL, INVOKE])),), functions=(with_url(),)).may_invoke_url(U)

        every = {"aws:RequestedRegion": "eu-west-1", "aws:SecureTransport": "true"}
        assert answer
        assert [(part.request.action, dict(part.request.context), part.rule) for part in answer.parts] == [
            (CALL_URL, {**every, AUTH_TYPE: "AWS_IAM", "lambda:FunctionArn": F}, "L8"),
            (INVOKE, {**every, "lambda:InvokedViaFunctionUrl": True}, "L8"),
        ]

    def test_case_45_the_url_alone_is_not_enough(self) -> None:
        answer = view("f", users=(user(allow(CALL_URL)),), functions=(with_url(),)).may_invoke_url(U)

        assert refused(answer) == [INVOKE]
        assert answer.parts[1].decision == ImplicitlyDenied((Missing(Side.IDENTITY),))
        assert any("alone is not enough" in note for note in answer.notes)

    def test_case_45_but_it_is_in_an_exempt_account(self) -> None:
        fn = view("f", users=(user(allow(CALL_URL)),), functions=(with_url(),))
        answer = fn.may_invoke_url(U, dual_permission=False)

        assert answer
        assert [part.request.action for part in answer.parts] == [CALL_URL]

    def test_invoking_alone_is_not_enough_either(self) -> None:
        answer = view("f", users=(user(allow(INVOKE)),), functions=(with_url(),)).may_invoke_url(U)

        assert refused(answer) == [CALL_URL]
        assert not view("f", users=(user(allow(INVOKE)),), functions=(with_url(),)).may_invoke_url(
            U, dual_permission=False
        )

    @pytest.mark.parametrize(
        ("identity", "resource"),
        [((CALL_URL, INVOKE), ()), ((CALL_URL,), (INVOKE,)), ((INVOKE,), (CALL_URL,)), ((), (CALL_URL, INVOKE))],
    )
    def test_case_46_each_may_come_from_either_side(self, identity: tuple[str, ...], resource: tuple[str, ...]) -> None:
        own = user(*(allow(action) for action in identity))
        there = with_url(*(allow(action, Principal={"AWS": U.arn}) for action in resource))

        assert view("f", users=(own,), functions=(there,)).may_invoke_url(U)

    def test_case_47_across_accounts_both_sides_give_both(self) -> None:
        own = user(allow([CALL_URL, INVOKE], resource=G))
        given = [allow(action, Principal={"AWS": A}) for action in (CALL_URL, INVOKE)]

        assert refused(view("g", users=(own,), functions=(with_url(arn=G),)).may_invoke_url(U)) == [CALL_URL, INVOKE]
        assert refused(view("g", users=(own,), functions=(with_url(given[0], arn=G),)).may_invoke_url(U)) == [INVOKE]
        assert view("g", users=(own,), functions=(with_url(*given, arn=G),)).may_invoke_url(U)

    def test_every_refusal_is_answered_with_403(self) -> None:
        answer = view("f", users=(user(),), functions=(with_url(),)).may_invoke_url(U)

        assert {part.aws for part in answer.refused} == {FORBIDDEN}

    def test_a_condition_on_the_auth_type_sees_it(self) -> None:
        """L21."""
        condition = {"StringEquals": {AUTH_TYPE: "AWS_IAM"}, "ArnEquals": {"lambda:FunctionArn": F}}
        own = user(allow(CALL_URL, Condition=condition), allow(INVOKE, Condition=VIA_URL))

        assert view("f", users=(own,), functions=(with_url(),)).may_invoke_url(U)

    def test_what_the_asker_says_of_the_url_itself_does_not_count(self) -> None:
        own = user(allow([CALL_URL, INVOKE], Condition={"StringEquals": {AUTH_TYPE: "NONE"}}))
        fn = view("f", users=(own,), functions=(with_url(),))

        assert not fn.may_invoke_url(U, context={"lambda:functionurlauthtype": "NONE"})

    def test_case_49_the_invoke_api_does_not_see_that_key(self) -> None:
        """C4: the key is absent when somebody calls Invoke directly."""
        bob = User(f"arn:aws:iam::{B}:user/bob")
        there = with_url(*PUBLIC, url="NONE")
        answer = view("f", users=(user(allow(), arn=bob.arn),), functions=(there,)).may_invoke(bob)

        assert answer.parts[0].decision == ImplicitlyDenied((Missing(Side.RESOURCE),))

    def test_a_source_that_assumes_a_role_needs_its_trust_as_well(self) -> None:
        own = role(allow([CALL_URL, INVOKE]))
        answer = view("f", roles=(own,), functions=(with_url(),)).may_invoke_url(AssumedBy("states.amazonaws.com", R))

        assert refused(answer) == ["sts:AssumeRole"]


class TestOpenToEveryone:
    """L8, AuthType NONE."""

    @pytest.mark.parametrize(("statements", "allowed"), [(PUBLIC, True), (PUBLIC[:1], False), ((), False)])
    def test_case_48_the_policy_must_grant_both_to_everyone(
        self, statements: tuple[dict[str, Any], ...], *, allowed: bool
    ) -> None:
        answer = view("f", functions=(with_url(*statements, url="NONE"),)).may_invoke_url(Anonymous())

        assert bool(answer) is allowed
        assert {part.aws for part in answer.refused} == (set() if allowed else {FORBIDDEN})

    @pytest.mark.inferred
    def test_a_signature_is_not_looked_at(self) -> None:
        own = user(allow([CALL_URL, INVOKE]))

        assert not view("f", users=(own,), functions=(with_url(url="NONE"),)).may_invoke_url(U)
        answer = view("f", users=(user(),), functions=(with_url(*PUBLIC, url="NONE"),)).may_invoke_url(U)
        assert answer
        assert "a URL of AuthType NONE looks at no signature: whoever calls is anonymous" in answer.notes

    def test_a_policy_for_none_does_not_open_a_url_that_wants_signatures(self) -> None:
        bob = User(f"arn:aws:iam::{B}:user/bob")
        own = user(allow([CALL_URL, INVOKE]), arn=bob.arn)
        answer = view("f", users=(own,), functions=(with_url(*PUBLIC),)).may_invoke_url(bob)

        assert refused(answer) == [CALL_URL]

    @pytest.mark.parametrize("caller", [Anonymous(), Saml(f"arn:aws:iam::{A}:saml-provider/corp")])
    def test_unsigned_callers_are_refused_where_signatures_are_wanted(self, caller: Anonymous | Saml) -> None:
        answer = view("f", functions=(with_url(allow([CALL_URL, INVOKE], Principal="*")),)).may_invoke_url(caller)

        assert not answer
        assert (len(answer.obstacles), answer.parts) == (1, ())


class TestWhereTheUrlHangs:
    """L8: on the function or on an alias; never on a version or $LATEST."""

    @pytest.mark.parametrize("name", ["f:3", "f:$LATEST"])
    def test_a_version_and_latest_have_none(self, name: str) -> None:
        answer = view(name, users=(user(allow("*", resource="*")),), functions=(with_url(),)).may_invoke_url(U)

        assert [(o.rule, o.aws) for o in answer.obstacles] == [("L8", FORBIDDEN)]

    def test_a_url_that_is_not_there_is_forbidden(self) -> None:
        answer = view("f", users=(user(allow("*", resource="*")),), functions=(with_url(url=None),)).may_invoke_url(U)

        assert [(o.rule, o.aws) for o in answer.obstacles] == [("L8", FORBIDDEN)]

    def test_but_one_may_ask_as_if_it_were(self) -> None:
        fn = view("f", users=(user(allow([CALL_URL, INVOKE])),), functions=(with_url(url=None),))
        answer = fn.may_invoke_url(U, "AWS_IAM")

        assert answer
        assert any("as if there were one of AuthType AWS_IAM" in note for note in answer.notes)

    def test_another_auth_type_may_be_supposed(self) -> None:
        fn = view("f", functions=(with_url(*PUBLIC, url="AWS_IAM"),))

        assert fn.may_invoke_url(Anonymous(), "NONE")
        assert not fn.may_invoke_url(Anonymous())

    def test_the_url_of_an_alias_is_decided_on_the_alias(self) -> None:
        there = with_url(*PUBLIC, url="NONE", alias=True)

        assert view("f:live", functions=(there,)).may_invoke_url("anonymous")
        assert not view("f", functions=(there,)).may_invoke_url("anonymous")

    def test_the_policy_of_the_function_does_not_open_the_url_of_an_alias(self) -> None:
        base = FunctionArn.parse(F)
        on_function = policy("function", *PUBLIC)
        there = Function(base, policies=((base, on_function),), urls=(FunctionUrl(base.qualified("live"), "NONE"),))
        answer = view("f:live", functions=(there,)).may_invoke_url(Anonymous())

        assert refused(answer) == [CALL_URL, INVOKE]
        assert any("grants it on the function without qualifier" in note for note in answer.notes)


class TestCloudFront:
    """L8: origin access control signs as cloudfront.amazonaws.com for the distribution; both actions."""

    @pytest.mark.parametrize(
        ("actions", "source", "left"),
        [
            ((CALL_URL, INVOKE), DISTRIBUTION, []),
            ((CALL_URL,), DISTRIBUTION, [INVOKE]),
            ((CALL_URL, INVOKE), f"{DISTRIBUTION}2", [CALL_URL, INVOKE]),
        ],
    )
    def test_the_distribution_needs_both(self, actions: tuple[str, ...], source: str, left: list[str]) -> None:
        condition = {"ArnLike": {"AWS:SourceArn": DISTRIBUTION}}
        named = {"Service": "cloudfront.amazonaws.com"}
        there = with_url(*(allow(action, Principal=named, Condition=condition) for action in actions))
        caller = Service("cloudfront.amazonaws.com", source, A)

        assert refused(view("f", functions=(there,)).may_invoke_url(caller)) == left


class TestRecorded:
    """Lambda facts C.3 and C.5, recorded live in an account that is exempt."""

    @pytest.mark.parametrize("side", ["identity", "resource"])
    @pytest.mark.parametrize(("actions", "status"), [((CALL_URL,), 200), ((INVOKE,), 403), ((CALL_URL, INVOKE), 200)])
    def test_the_second_action_is_not_consulted(self, side: str, actions: tuple[str, ...], status: int) -> None:
        on_user = [allow(action) for action in actions] if side == "identity" else []
        on_function = [allow(action, Principal={"AWS": U.arn}) for action in actions] if side == "resource" else []
        fn = view("f", users=(user(*on_user),), functions=(with_url(*on_function),))

        assert bool(fn.may_invoke_url(U, dual_permission=False)) is (status == 200)

    def test_a_deny_of_calling_the_url_is_heard_and_one_of_invoking_is_not(self) -> None:
        both = allow([CALL_URL, INVOKE])
        denied_url = view("f", users=(user(both, deny(CALL_URL)),), functions=(with_url(),))
        denied_invoke = view("f", users=(user(both, deny(INVOKE)),), functions=(with_url(),))

        assert isinstance(denied_url.may_invoke_url(U, dual_permission=False).parts[0].decision, ExplicitlyDenied)
        assert denied_invoke.may_invoke_url(U, dual_permission=False)
        assert refused(denied_invoke.may_invoke_url(U)) == [INVOKE]

    @pytest.mark.shared
    @pytest.mark.parametrize("row_id", ["sd/url/direct/resource-both", "sd/invoke-async/InvokeAsync"])
    def test_the_recorded_rows_of_invoking(self, row_id: str) -> None:
        if not RECORDED.exists():
            pytest.skip("no recordings beside this checkout")
        rows = (json.loads(line) for line in RECORDED.read_text("utf-8").splitlines())
        row = next(row for row in rows if row["id"] == row_id)
        fn, caller = of_row(row)

        assert row["expected"] == "implicit_deny"
        assert isinstance(fn.may_invoke(caller).parts[0].decision, ImplicitlyDenied)

    @pytest.mark.shared
    def test_the_recorded_caller_may_call_the_url_though(self) -> None:
        if not RECORDED.exists():
            pytest.skip("no recordings beside this checkout")
        rows = (json.loads(line) for line in RECORDED.read_text("utf-8").splitlines())
        fn, caller = of_row(next(row for row in rows if row["id"] == "sd/url/direct/resource-both"))

        assert fn.may_invoke_url(caller, "AWS_IAM")


def of_row(row: dict[str, Any]) -> tuple[FunctionView, User]:
    """The function and the caller of a recorded decision."""
    arn, caller = FunctionArn.parse(row["request"]["resource"]), row["request"]["principal"]
    given = row["policies"]
    identity = tuple(Policy.parse(document, kind="identity") for document in given["identity"])
    own = ((arn, Policy.parse(given["resource"], kind="function")),) if given["resource"] else ()
    organization = Organization(users=(IamUser(caller, inline=identity),), functions=(Function(arn, policies=own),))
    return Authorizer(organization).function(str(arn)), User(caller)


def test_a_role_session_calls_a_url_as_a_user_does() -> None:
    fn = view("f", roles=(role(allow([CALL_URL, INVOKE])),), functions=(with_url(),))

    assert fn.may_invoke_url(RoleSession(R, "s"))
    assert not view("f", roles=(role(),), functions=(function(url="AWS_IAM"),)).may_invoke_url(RoleSession(R, "s"))
