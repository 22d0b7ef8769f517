"""A fix lifts its refusal, decided again, grants what its statement names and nothing else, and says what is unwise."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lampolicy import Anonymous, Authorizer, FunctionArn, Organization, RoleSession, Root, Service, User, authorize
from lampolicy.decision import Allowed, ExplicitlyDenied, ImplicitlyDenied, Side
from lampolicy.diagnostic import LampolicyError, RequestError
from lampolicy.explain import with_additions
from lampolicy.function import Answer, Fix, Grant, Obstacle, Part, fix, fixes
from lampolicy.function._ask import Step, ask, ask_all
from lampolicy.function._place import Place, place_of
from lampolicy.function._shell import command, quoted
from lampolicy.function._yaml import to_yaml
from lampolicy.organization import Account, Function, IamRole, IamUser, ManagedPolicy, Policies, Resource
from lampolicy.policy import Policy, PolicyKind, add_permission
from lampolicy.request import Request
from lampolicy.testing import World
from lampolicy.testing import strategies as aws

A, B = "111122223333", "444455556666"
F = f"arn:aws:lambda:eu-west-1:{A}:function:thumbs"
LIVE = f"{F}:live"
ROLE = f"arn:aws:iam::{A}:role/team/worker"
ANA = f"arn:aws:iam::{A}:user/ana"
BEN = f"arn:aws:iam::{B}:user/ben"
QUEUE = f"arn:aws:sqs:eu-west-1:{A}:jobs"
BUCKET = "arn:aws:s3:::photos"
WORKER = RoleSession(ROLE, "thumbs")
NOTICE = Service("s3.amazonaws.com", BUCKET, B)
INVOKE, CALL_URL = "lambda:InvokeFunction", "lambda:InvokeFunctionUrl"


def policy(kind: str, *statements: dict[str, Any], name: str | None = None) -> Policy:
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind=kind, name=name)


def authorizer(*live: dict[str, Any], **more: Any) -> Authorizer:
    arn = FunctionArn.parse(LIVE)
    function = Function(
        arn.unqualified, role=ROLE, policies=((arn, policy("function", *live, name="live")),) if live else ()
    )
    known: dict[str, Any] = {
        "accounts": (Account(A), Account(B)),
        "users": (IamUser(ANA), IamUser(BEN)),
        "roles": (IamRole(ROLE, trust=policy("trust", trusting("lambda.amazonaws.com"))),),
        "resources": (Resource(BUCKET, B, PolicyKind.BUCKET), Resource(QUEUE, A, PolicyKind.QUEUE)),
    }
    return Authorizer(Organization(functions=(function,), **{**known, **more}))


def trusting(service: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}


def answer(*parts: Part, obstacles: tuple[Obstacle, ...] = ()) -> Answer:
    return Answer("may it", parts, obstacles)


def step(action: str, resource: str = LIVE, **context: Any) -> Step:
    return Step(
        action, resource, "L1", "it is asked", {key.replace("__", ":"): value for key, value in context.items()}
    )


def fixed(principal: Any, *steps: Step, by: Authorizer | None = None) -> Fix:
    there = by or authorizer()
    found = fix(answer(*ask_all(there, principal, steps)), there.organization)
    assert found is not None
    return found


def only(found: Fix) -> Grant:
    assert found, found
    (grant,) = found.grants
    return grant


def options(text: str | None) -> dict[str, str | None]:
    """The options of a command as a shell reads them."""
    assert text is not None
    words = shlex.split(text.replace("\\\n", " "))
    found: dict[str, str | None] = {}
    for number, word in enumerate(words):
        if word.startswith("--"):
            following = words[number + 1] if number + 1 < len(words) else "--"
            found[word] = None if following.startswith("--") else following
    return found


class TestStatements:
    def test_a_service_is_granted_for_its_source_and_that_sources_account(self) -> None:
        grant = only(fixed(NOTICE, step(INVOKE)))

        assert grant.statement == {
            "Sid": "s3-InvokeFunction",
            "Effect": "Allow",
            "Principal": {"Service": "s3.amazonaws.com"},
            "Action": INVOKE,
            "Resource": LIVE,
            "Condition": {"StringEquals": {"AWS:SourceAccount": B}, "ArnLike": {"AWS:SourceArn": BUCKET}},
        }

    @pytest.mark.parametrize(
        ("source", "account", "condition"),
        [
            (f"arn:aws:sns:eu-west-1:{B}:news", B, {"ArnLike": {"AWS:SourceArn": f"arn:aws:sns:eu-west-1:{B}:news"}}),
            (
                f"arn:aws:sns:eu-west-1:{B}:news",
                A,
                {
                    "StringEquals": {"AWS:SourceAccount": A},
                    "ArnLike": {"AWS:SourceArn": f"arn:aws:sns:eu-west-1:{B}:news"},
                },
            ),
            (BUCKET, B, {"StringEquals": {"AWS:SourceAccount": B}, "ArnLike": {"AWS:SourceArn": BUCKET}}),
            (None, B, {"StringEquals": {"AWS:SourceAccount": B}}),
        ],
        ids=["the ARN names it", "the ARN names another", "a bucket", "no ARN"],
    )
    def test_a_sources_account_is_asked_for_where_its_arn_does_not_name_it(
        self, source: str | None, account: str, condition: dict[str, Any]
    ) -> None:
        """K4, L7: a bucket's ARN has no account, and its name may come to be somebody else's."""
        grant = only(fixed(Service("sns.amazonaws.com", source, account), step(INVOKE)))

        assert grant.statement["Condition"] == condition

    def test_both_actions_of_a_url_are_granted_for_the_url_alone(self) -> None:
        steps = (step(CALL_URL, lambda__FunctionUrlAuthType="NONE"), step(INVOKE, lambda__InvokedViaFunctionUrl=True))
        found = fixed(Anonymous(), *steps)

        assert [grant.statement["Condition"] for grant in found.grants] == [
            {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
            {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
        ]

    def test_actions_of_one_caller_on_one_resource_share_a_statement(self) -> None:
        actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        grant = only(fixed(WORKER, *(step(action, QUEUE) for action in actions)))

        assert (grant.place.side, grant.place.holder) == (Side.IDENTITY, ROLE)
        assert grant.statement == {"Effect": "Allow", "Action": actions, "Resource": QUEUE}

    def test_one_action_on_several_resources_shares_a_statement(self) -> None:
        grant = only(fixed(WORKER, step(INVOKE, F), step(INVOKE, LIVE)))

        assert grant.statement["Resource"] == [F, LIVE]

    def test_across_accounts_both_sides_are_granted(self) -> None:
        found = fixed(User(BEN), step(INVOKE))

        assert [(g.place.side, g.place.account) for g in found.grants] == [(Side.RESOURCE, A), (Side.IDENTITY, B)]

    def test_a_role_is_passed_to_the_service_it_is_for(self) -> None:
        grant = only(fixed(User(ANA), step("iam:PassRole", ROLE, iam__PassedToService="lambda.amazonaws.com")))

        assert grant.statement["Resource"] == ROLE
        assert grant.statement["Condition"] == {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}

    def test_a_mapping_is_created_for_the_one_function(self) -> None:
        grant = only(fixed(User(ANA), step("lambda:CreateEventSourceMapping", "*", lambda__FunctionArn=F)))

        assert grant.statement["Condition"] == {"ArnEquals": {"lambda:FunctionArn": F}}

    def test_a_layer_is_granted_to_the_account_since_its_policy_can_name_nothing_less(self) -> None:
        layer = f"arn:aws:lambda:eu-west-1:{A}:layer:tools:3"
        found = fixed(User(BEN), step("lambda:GetLayerVersion", layer))
        grant = found.grants[0]

        assert found
        assert grant.statement["Principal"] == {"AWS": f"arn:aws:iam::{B}:root"}
        assert options(grant.command) == {
            "--layer-name": f"arn:aws:lambda:eu-west-1:{A}:layer:tools",
            "--version-number": "3",
            "--statement-id": f"account-{B}",
            "--action": "lambda:GetLayerVersion",
            "--principal": B,
            "--region": "eu-west-1",
        }

    def test_what_is_allowed_needs_no_fix(self) -> None:
        there = authorizer()
        part = ask(there, Service("lambda.amazonaws.com"), Step("sts:AssumeRole", ROLE, "L19", "it must"))

        assert fix(answer(part)) is None
        assert fixes(part) == ()


class TestCommands:
    @pytest.mark.parametrize(
        "asked",
        [
            (NOTICE, step(INVOKE)),
            (Service("sns.amazonaws.com", f"arn:aws:sns:eu-west-1:{B}:news"), step(INVOKE, F)),
            (Service("alexa-appkit.amazon.com"), step(INVOKE, lambda__EventSourceToken="amzn1.ask.skill.1")),
            (Anonymous(), step(CALL_URL, lambda__FunctionUrlAuthType="NONE")),
            (Anonymous(), step(INVOKE, lambda__InvokedViaFunctionUrl=True)),
            (Root(B), step(INVOKE)),
        ],
    )
    def test_add_permission_writes_the_very_statement(self, asked: tuple[Any, Step]) -> None:
        """L9, L10: what the command asks for is what the fix shows."""
        grant = only(fixed(*asked))
        given = options(grant.command)
        names = {
            "--statement-id": "StatementId",
            "--action": "Action",
            "--principal": "Principal",
            "--source-arn": "SourceArn",
            "--source-account": "SourceAccount",
            "--event-source-token": "EventSourceToken",
            "--function-url-auth-type": "FunctionUrlAuthType",
            "--invoked-via-function-url": "InvokedViaFunctionUrl",
            "--qualifier": "Qualifier",
        }
        parameters = {names[o]: True if v is None else v for o, v in given.items() if o in names}

        assert set(given) - set(names) == {"--function-name", "--region"}
        assert given["--function-name"] == F
        assert add_permission(parameters, function=F).statement == grant.statement

    def test_an_inline_policy_gets_a_name_that_is_free(self) -> None:
        """PutRolePolicy replaces a policy of the same name."""
        old = policy(
            "identity", {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}, name="allow-sqs-SendMessage"
        )
        there = authorizer(roles=(IamRole(ROLE, inline=(old,)),))
        given = options(only(fixed(WORKER, step("sqs:SendMessage", QUEUE), by=there)).command)

        assert given["--role-name"] == "worker"
        assert given["--policy-name"] == "allow-sqs-SendMessage-2"
        assert json.loads(given["--policy-document"] or "") == {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}],
        }

    def test_a_trust_policy_is_replaced_by_itself_and_the_statement(self) -> None:
        there = authorizer(roles=(IamRole(ROLE, trust=policy("trust", trusting("ec2.amazonaws.com"))),))
        grant = only(fixed(Service("lambda.amazonaws.com"), step("sts:AssumeRole", ROLE), by=there))
        given = options(grant.command)

        assert given["--role-name"] == "worker"
        assert json.loads(given["--policy-document"] or "")["Statement"] == [
            trusting("ec2.amazonaws.com"),
            trusting("lambda.amazonaws.com"),
        ]

    def test_one_command_does_not_undo_another(self) -> None:
        """What replaces a whole policy repeats the statements before it; inline policies get names of their own."""
        steps = [step(INVOKE, lambda__InvokedViaFunctionUrl=True), step(INVOKE, F), step("sqs:SendMessage", QUEUE)]
        inline = fixed(WORKER, *steps)
        names = [options(grant.command)["--policy-name"] for grant in inline.grants]
        whole = fixed(User(BEN), step("sqs:SendMessage", QUEUE), step("sqs:ReceiveMessage", QUEUE, a="b"))
        last = next(g for g in reversed(whole.grants) if g.place.side is Side.RESOURCE)

        assert len(set(names)) == len(names) == 3
        assert "sqs:SendMessage" in (last.command or "")

    def test_a_boundary_gets_a_new_version(self) -> None:
        boundary = f"arn:aws:iam::{A}:policy/Limit"
        allow = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
        there = authorizer(
            roles=(IamRole(ROLE, inline=(policy("identity", allow),), boundary=boundary),),
            managed=(ManagedPolicy(boundary, policy("identity", {**allow, "Action": "s3:*"})),),
        )
        grant = only(fixed(WORKER, step("sqs:SendMessage", QUEUE), by=there))
        given = options(grant.command)

        assert grant.place.side is Side.BOUNDARY
        assert (given["--policy-arn"], given["--set-as-default"]) == (boundary, None)
        assert [s["Action"] for s in json.loads(given["--policy-document"] or "")["Statement"]] == [
            "s3:*",
            "sqs:SendMessage",
        ]

    def test_the_latest_version_takes_a_whole_document(self) -> None:
        """L4: AddPermission refuses `$LATEST`, PutResourcePolicy does not."""
        grant = only(fixed(NOTICE, step(INVOKE, f"{F}:$LATEST")))
        assert grant.command is not None

        assert grant.command.startswith("aws lambda put-resource-policy")
        assert options(grant.command)["--resource-arn"] == f"{F}:$LATEST"

    def test_statement_ids_stay_apart(self) -> None:
        first = {"Sid": "s3-InvokeFunction", "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}}
        there = authorizer({**first, "Action": "lambda:GetFunction", "Resource": LIVE})

        assert only(fixed(NOTICE, step(INVOKE), by=there)).statement["Sid"] == "s3-InvokeFunction-2"

    @given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
    @settings(max_examples=30, derandomize=True, database=None, deadline=None)
    def test_a_word_reaches_the_program_unchanged(self, text: str) -> None:
        """bash, since POSIX sh knows no `$'...'`."""
        script = command(("printf", "%s"), ()) + f" {quoted(text)}"
        done = subprocess.run(["/bin/bash", "-c", script], capture_output=True, check=True)  # noqa: S603

        assert done.stdout.decode() == text

    @pytest.mark.parametrize("text", ["\x1b[31m", "a\nb", "a\u202eb", "$(id)", "`id`", "';id;'"])
    def test_a_command_acts_upon_neither_terminal_nor_shell(self, text: str) -> None:
        written = quoted(text)

        assert written.isprintable()
        assert written[:1] in "'$"

    def test_a_name_that_begins_like_an_option_is_none(self) -> None:
        assert command(("aws",), [("--role-name", "-x")]) == "aws \\\n    --role-name=-x"


class TestTemplates:
    def test_a_permission_of_a_function(self) -> None:
        template = only(fixed(NOTICE, step(INVOKE))).template

        assert yaml.safe_load(template or "") == {
            "Resources": {
                "ThumbsLiveS3InvokeFunctionPermission": {
                    "Type": "AWS::Lambda::Permission",
                    "Properties": {
                        "FunctionName": LIVE,
                        "Action": INVOKE,
                        "Principal": "s3.amazonaws.com",
                        "SourceArn": BUCKET,
                        "SourceAccount": B,
                    },
                }
            }
        }

    def test_a_policy_of_a_role_for_cloudformation_and_sam(self) -> None:
        grant = only(fixed(WORKER, step("sqs:SendMessage", QUEUE)))
        document = {"Version": "2012-10-17", "Statement": [grant.statement]}
        (resource,) = yaml.safe_load(grant.template or "")["Resources"].values()

        assert resource["Type"] == "AWS::IAM::Policy"
        assert resource["Properties"]["Roles"] == ["worker"]
        assert resource["Properties"]["PolicyDocument"] == document
        assert yaml.safe_load(grant.sam or "") == {"Policies": [document]}

    def test_a_trust_policy(self) -> None:
        there = authorizer(roles=(IamRole(ROLE, trust=policy("trust", trusting("ec2.amazonaws.com"))),))
        grant = only(fixed(Service("lambda.amazonaws.com"), step("sts:AssumeRole", ROLE), by=there))
        (resource,) = yaml.safe_load(grant.template or "")["Resources"].values()

        assert resource["Type"] == "AWS::IAM::Role"
        assert resource["Properties"]["AssumeRolePolicyDocument"]["Statement"] == [trusting("lambda.amazonaws.com")]

    @given(
        st.recursive(
            st.text() | st.booleans() | st.integers() | st.none(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            max_leaves=8,
        )
    )
    @settings(max_examples=200, derandomize=True, database=None, deadline=None)
    def test_yaml_says_what_it_was_given(self, value: object) -> None:
        assume("\\ud" not in json.dumps(value) or value == json.loads(json.dumps(value)))

        assert yaml.safe_load(to_yaml(value)) == value


class TestAdvice:
    def test_public_access(self) -> None:
        found = fixed(Anonymous(), step(CALL_URL, lambda__FunctionUrlAuthType="NONE"))

        assert found.cautions == ("anybody on the internet gets it, without any credentials",)
        assert "`AWS_IAM`" in found.safer[0]
        assert str(found).startswith("Better: ")

    def test_a_service_without_a_source(self) -> None:
        found = fixed(Service("sns.amazonaws.com"), step(INVOKE))

        assert "on whose behalf" in found.cautions[0]
        assert "--source-arn" in found.safer[0]

    def test_a_bucket_without_its_account(self) -> None:
        """L7: the name of a deleted bucket may be taken by somebody else."""
        found = fixed(Service("s3.amazonaws.com", BUCKET), step(INVOKE))

        assert "--source-account" in found.safer[0]

    def test_a_service_with_its_source_is_wise(self) -> None:
        assert (fixed(NOTICE, step(INVOKE)).cautions, fixed(NOTICE, step(INVOKE)).safer) == ((), ())

    def test_a_whole_account(self) -> None:
        found = fixed(Root(B), step(INVOKE))

        assert f"the whole account {B}" in found.cautions[0]
        assert "name the one role or user" in found.safer[0]

    def test_passing_every_role_to_any_service(self) -> None:
        found = fixed(User(ANA), step("iam:PassRole", "*"))

        assert any("every role" in caution for caution in found.cautions)
        assert any("any service" in caution for caution in found.cautions)

    def test_lambda_may_be_trusted_without_a_source(self) -> None:
        """L18: only functions of the role's own account can be given it."""
        there = authorizer(roles=(IamRole(ROLE, trust=policy("trust", trusting("ec2.amazonaws.com"))),))

        assert fixed(Service("lambda.amazonaws.com"), step("sts:AssumeRole", ROLE), by=there).cautions == ()

    def test_a_policy_that_is_not_known_would_be_replaced(self) -> None:
        found = fixed(User(BEN), step("sqs:SendMessage", QUEUE))

        assert any("would replace it" in caution for caution in found.cautions)


class TestDenials:
    def denying(self, **condition: Any) -> Authorizer:
        deny = {"Sid": "NotNow", "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": LIVE}
        return authorizer({**deny, **({"Condition": condition} if condition else {})})

    def test_a_deny_is_removed_and_what_is_missing_added(self) -> None:
        found = fixed(NOTICE, step(INVOKE), by=self.denying())
        (removal,) = found.removals

        assert found
        assert len(found.grants) == 1
        assert options(removal.command) == {
            "--function-name": F,
            "--qualifier": "live",
            "--statement-id": "NotNow",
            "--region": "eu-west-1",
        }
        assert "rarely an accident" in found.cautions[0]

    def test_a_key_the_request_does_not_tell_is_asked_for_first(self) -> None:
        found = fixed(User(ANA), step(INVOKE), by=self.denying(StringNotEquals={"aws:RequestedRegion": "eu-west-1"}))

        assert "aws:RequestedRegion" in found.safer[0]

    def test_what_no_policy_can_remove_is_left(self) -> None:
        there = authorizer()
        part = ask(there, NOTICE, step(INVOKE))
        found = fix(answer(part, obstacles=(Obstacle("L18", "cross-account pass role is not allowed"),)))
        assert found is not None

        assert not found
        assert found.left == ("cross-account pass role is not allowed",)
        assert len(found.grants) == 1

    def test_another_partition_cannot_be_reached(self) -> None:
        """E16."""
        found = fixed(User(ANA), step(INVOKE, f"arn:aws-cn:lambda:cn-north-1:{A}:function:f"))

        assert not found
        assert "E16" in found.left[0]


class TestAlternatives:
    def test_within_an_account_either_side_will_do(self) -> None:
        """L5: the function policy or an identity policy."""
        other = {"Effect": "Allow", "Principal": {"AWS": BEN}, "Action": INVOKE, "Resource": LIVE}
        found = fixes(ask(authorizer(other), User(ANA), step(INVOKE)))

        assert sorted([grant.place.side for grant in one.grants] for one in found) == [[Side.IDENTITY], [Side.RESOURCE]]
        assert all(found)

    def test_the_safest_comes_first(self) -> None:
        boundary = f"arn:aws:iam::{A}:policy/Limit"
        limit = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
        there = authorizer(
            roles=(IamRole(ROLE, boundary=boundary),),
            managed=(ManagedPolicy(boundary, policy("identity", limit)),),
        )
        found = fixes(ask(there, WORKER, step(INVOKE)), there.organization)

        assert [len(one.cautions) for one in found] == sorted(len(one.cautions) for one in found)


# --- the law ----------------------------------------------------------------------------------------------------------

LAW = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def refused(world: World) -> Part:
    """The world's request as a refused part."""
    assume(not world.what_if)
    try:
        decision = authorize(world.request, world.policies)
    except RequestError:
        assume(condition=False)
        raise
    assume(isinstance(decision, ImplicitlyDenied | ExplicitlyDenied))
    return Part(world.request, world.policies, decision, "L1", "it is asked")


def named(grant: Grant, request: Request) -> bool:
    """Whether a statement names a request: its action and resource, and its principal if it has one."""
    statement = grant.statement
    who = statement.get("Principal", "*")
    resource = re.sub(r"\$\{([*?$])\}", r"\1", str(statement.get("Resource", "*")))
    return (
        str(statement["Action"]).lower() == request.action.lower()
        and resource in {"*", request.resource}
        and (who == "*" or str(request.principal.account) in str(who) or principal_of(request) == who)
    )


def principal_of(request: Request) -> object:
    caller = request.principal
    return {"Service": caller.name} if isinstance(caller, Service) else {"Federated": caller.caller_arn}


@given(aws.worlds(), st.lists(aws.requests(), max_size=6))
@LAW
def test_a_fix_allows_its_request_and_nothing_its_statements_do_not_name(world: World, others: list[Request]) -> None:
    part = refused(world)
    asked = part.request
    for found in fixes(part):
        if not found or found.removals:
            continue
        changed = with_additions(part.policies, [grant.addition for grant in found.grants])
        assert isinstance(authorize(asked, changed), Allowed)
        for grant in found.grants:
            fewer = [other.addition for other in found.grants if other is not grant]
            assert not authorize(asked, with_additions(part.policies, fewer)), "a grant is not needed"
        near = [Request(asked.principal, other.action, asked.resource, asked.context) for other in others]
        near += [Request(asked.principal, asked.action, other.resource, asked.context) for other in others]
        near += [Request(asked.principal, other.action, other.resource, other.context) for other in others]
        for other in near:
            assert not newly_allowed(other, part, changed) or any(named(grant, other) for grant in found.grants)
        ours = [grant for grant in found.grants if grant.place.side in {Side.RESOURCE, Side.TRUST}]
        open_ = with_additions(part.policies, [grant.addition for grant in ours])
        for other in [*others, *(Request(o.principal, asked.action, asked.resource, o.context) for o in others)]:
            assert not newly_allowed(other, part, open_) or any(named(grant, other) for grant in ours)


def newly_allowed(request: Request, part: Part, changed: Policies) -> bool:
    try:
        return bool(authorize(request, changed)) and not authorize(request, part.policies)
    except LampolicyError:
        return False


@given(st.lists(aws.worlds(), min_size=1, max_size=3))
@LAW
def test_the_fix_of_an_answer_lifts_every_refusal_it_can(worlds: list[World]) -> None:
    """A part that has no fix of its own is what is left."""
    parts = [refused(world) for world in worlds]
    found = fix(answer(*parts))
    assert found is not None

    hopeless = [part for part in parts if not any(fixes(part))]
    assert bool(found.left) >= bool(hopeless)
    if len(parts) == 1:
        assert bool(found) is not bool(hopeless)


# --- the law, against what was asked rather than what the statement says ----------------------------------------------

KEY = f"arn:aws:kms:eu-west-1:{A}:key/11111111-2222-3333-4444-555555555555"
TOPIC = f"arn:aws:sns:eu-west-1:{B}:news"
FAR = RoleSession(f"arn:aws:iam::{B}:role/far", "thumbs")
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
CALLERS: tuple[Any, ...] = (
    User(ANA),
    User(BEN),
    WORKER,
    FAR,
    NOTICE,
    Service("sns.amazonaws.com", TOPIC, B),
    Service("ses.amazonaws.com", None, B),
    Anonymous(),
)
ASKED: tuple[tuple[str, str, dict[str, str]], ...] = (
    (INVOKE, F, {}),
    (INVOKE, LIVE, {}),
    (INVOKE, LIVE, {"lambda:InvokedViaFunctionUrl": "true"}),
    (INVOKE, LIVE, {"lambda:EventSourceToken": "amzn1.ask.skill.1"}),
    (CALL_URL, LIVE, {"lambda:FunctionUrlAuthType": "AWS_IAM"}),
    ("lambda:AddPermission", F, {"lambda:Principal": "s3.amazonaws.com"}),
    ("lambda:CreateEventSourceMapping", "*", {"lambda:FunctionArn": F}),
    ("iam:PassRole", ROLE, {"iam:PassedToService": "lambda.amazonaws.com"}),
    ("sqs:SendMessage", QUEUE, {}),
    ("sqs:ReceiveMessage", QUEUE, {}),
    ("sqs:SendMessage", f"{QUEUE}-2", {}),
    ("sqs:ReceiveMessage", f"{QUEUE}-2", {}),
    ("s3:GetObject", f"{BUCKET}/in/a*b.jpg", {}),
    ("kms:Decrypt", KEY, {}),
    ("sts:AssumeRole", ROLE, {}),
)
OTHERWISE = {
    "lambda:InvokedViaFunctionUrl": "false",
    "lambda:EventSourceToken": "amzn1.ask.skill.2",
    "lambda:FunctionUrlAuthType": "NONE",
    "lambda:Principal": "sns.amazonaws.com",
    "lambda:FunctionArn": f"{F}-2",
    "iam:PassedToService": "ec2.amazonaws.com",
}
SIBLING = {
    INVOKE: "lambda:InvokeAsync",
    CALL_URL: "lambda:InvokeFunction",
    "iam:PassRole": "iam:PutRolePolicy",
}


def neighbours(caller: Any, asked: Step) -> list[tuple[Any, Step]]:
    """What differs from a question in one thing: action, resource, caller, source, or a key that tells its purpose."""
    service = asked.action.partition(":")[0]
    other_action = SIBLING.get(asked.action, f"{service}:DeleteEverything")
    found: list[tuple[Any, Step]] = [(caller, Step(other_action, asked.resource, "L1", "", asked.context))]
    if asked.resource != "*":
        others = {f"{asked.resource}x", asked.resource.replace("*", "!")} - {asked.resource}
        found += [(caller, Step(asked.action, other, "L1", "", asked.context)) for other in sorted(others)]
    for key in asked.context:
        found.append((caller, Step(asked.action, asked.resource, "L1", "", {**asked.context, key: OTHERWISE[key]})))
        rest = {name: value for name, value in asked.context.items() if name != key}
        found.append((caller, Step(asked.action, asked.resource, "L1", "", rest)))
    if not isinstance(caller, Anonymous):
        people = (*map(User, (f"{ANA}2", f"{BEN}2")), *map(RoleSession, (f"{ROLE}2", f"{FAR.role}2")))
        found += [(other, asked) for other in (Anonymous(), *people, *_other_sources(caller))]
    return found


def _other_sources(caller: Any) -> tuple[Service, ...]:
    if not isinstance(caller, Service):
        return (Service("s3.amazonaws.com", BUCKET, B),)
    other = None if caller.source_arn is None else f"{caller.source_arn}x"
    bucket = caller.source_arn == BUCKET
    return (
        Service("config.amazonaws.com", caller.source_arn, caller.source_account),
        *((Service(caller.name, other, caller.source_account),) if other else ()),
        *((Service(caller.name, caller.source_arn, A),) if bucket or other is None else ()),
        Service(caller.name),
    )


def allowed_with(there: Authorizer, caller: Any, asked: Step, found: Fix | None, *, ready: bool = False) -> bool:
    """Decide with a fix put where it belongs; if asked, for a caller whose own policies are ready."""
    part = ask(there, caller, asked)
    bearing = [g.addition for g in (found.grants if found else ()) if g.place == _place(part, g.place)]
    policies = with_additions(part.policies, bearing)
    if ready and isinstance(caller, User | RoleSession):
        policies = replace(policies, identity=(policy("identity", EVERYTHING),))
    return isinstance(authorize(part.request, policies), Allowed)


def _place(part: Part, place: Place) -> Place:
    return place_of(part.request, part.policies, place.side, place.level)


@given(st.sampled_from(CALLERS), st.lists(st.sampled_from(ASKED), min_size=1, max_size=3, unique_by=str))
@settings(LAW, max_examples=150)
def test_a_fix_allows_what_was_asked_and_no_neighbour_of_it(caller: Any, asked: list[Any]) -> None:
    """The yardstick is the question: a statement that says more than was asked for fails, whatever it names."""
    key = Resource(KEY, A, PolicyKind.KEY, policy("key", {**KEYS, "Principal": {"AWS": f"arn:aws:iam::{A}:root"}}))
    roles = (IamRole(ROLE, trust=policy("trust", trusting("lambda.amazonaws.com"))), IamRole(FAR.role))
    resources = (Resource(BUCKET, B, PolicyKind.BUCKET), Resource(QUEUE, A, PolicyKind.QUEUE), key)
    there = authorizer(roles=roles, resources=resources)
    steps = [Step(action, resource, "L1", "it is asked", context) for action, resource, context in asked]
    parts = ask_all(there, caller, steps)
    refused_ones = [part for part in parts if not part.decision]
    assume(refused_ones and all(any(fixes(part)) for part in refused_ones))
    found = fix(answer(*parts), there.organization)

    assert found, "each of them can be granted, and so can all"
    assert all(allowed_with(there, caller, step, found) for step in steps)
    crossed = [
        (caller, replace(one, resource=other.resource)) for one in steps for other in steps if one.resource != "*"
    ]
    for near in (*crossed, *(near for step in steps for near in neighbours(caller, step))):
        ready = near[0] != caller
        if not allowed_with(there, *near, None, ready=ready) and allowed_with(there, *near, found, ready=ready):
            assert any(near[0] == caller and _same(near[1], step) for step in steps), near


@pytest.mark.parametrize("caller", CALLERS, ids=repr)
def test_no_grant_of_a_fix_can_be_left_out(caller: Any) -> None:
    """Of two questions about one thing, what the one needs may be enough for the other."""
    there, tried = authorizer(), 0
    for asked in combinations(ASKED, 2):
        steps = [Step(action, resource, "L1", "it is asked", context) for action, resource, context in asked]
        found = fix(answer(*(part for part in ask_all(there, caller, steps) if not part.decision)), there.organization)
        if not found or found.removals:
            continue
        tried += 1
        for grant in found.grants:
            fewer = replace(found, grants=tuple(other for other in found.grants if other is not grant))
            assert not all(allowed_with(there, caller, one, fewer) for one in steps), (asked, grant)
    assert tried


def _same(near: Step, step: Step) -> bool:
    """Whether a neighbour of one question is another of them; one without keys of its own asks for no purpose."""
    return (near.action, near.resource) == (step.action, step.resource) and step.context.items() <= near.context.items()


KEYS = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
