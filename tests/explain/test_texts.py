"""What people read: one screen each, written by hand."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from lampolicy.explain import explain
from lampolicy.organization import Policies
from lampolicy.policy import Policy
from lampolicy.request import UNKNOWN, FederatedUser, Request, RoleSession, Service, User

ANA = User("arn:aws:iam::111111111111:user/ana")
DEPLOY = RoleSession("arn:aws:iam::111111111111:role/team/deploy", "ci")
RESIZE = "arn:aws:lambda:eu-west-1:222222222222:function:resize"
OWN = "arn:aws:lambda:eu-west-1:111111111111:function:own"


def policy(kind: str, name: str, *statements: dict[str, Any], file: str | None = None) -> Policy:
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind=kind, name=name, file=file)


def allow(sid: str | None = None, action: str = "lambda:InvokeFunction", **more: Any) -> dict[str, Any]:
    named = {} if sid is None else {"Sid": sid}
    return {**named, "Effect": "Allow", "Action": action, "Resource": "*", **more}


def told(principal: Any, on: str, context: Any = None, action: str = "lambda:InvokeFunction", **given: Any) -> str:
    return str(explain(Request(principal, action, on, context), Policies(**given)))


def screen(text: str) -> str:
    return dedent(text).strip()


def test_an_allowed_request_names_what_grants_it() -> None:
    identity = policy("identity", "invokers", allow("Invoke"), file="policies/invokers.json")
    assert told(ANA, OWN, identity=[identity]) == screen(
        """
        Allowed.

          who   arn:aws:iam::111111111111:user/ana
          what  lambda:InvokeFunction
          on    arn:aws:lambda:eu-west-1:111111111111:function:own

        In AWS's order:
          identity-based policy  allows
            + invokers, statement 0 (Invoke) in policies/invokers.json
        """
    )


def test_a_condition_that_fails_says_what_it_saw_and_what_it_wanted() -> None:
    condition = {
        "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::photos"},
        "StringEquals": {"AWS:SourceAccount": "111111111111"},
    }
    statement = allow("s3", Principal={"Service": "s3.amazonaws.com"}, Resource=RESIZE, Condition=condition)
    s3 = Service("s3.amazonaws.com", source_arn="arn:aws:s3:::photos", source_account="333333333333")
    assert told(s3, RESIZE, resource=policy("function", "resize", statement)) == screen(
        """
        Denied: no resource-based policy allows it.

          who   s3.amazonaws.com
          what  lambda:InvokeFunction
          on    arn:aws:lambda:eu-west-1:222222222222:function:resize

        In AWS's order:
          resource-based policy  silent
            - resize, statement 0 (s3)
                condition StringEquals AWS:SourceAccount: request has `333333333333`, policy wants `111111111111`

        What is missing:
          - a service has no policies of its own: the function's policy must name s3.amazonaws.com

        The smallest addition that allows it (decided again with it: allowed):
          to the resource-based policy `resize`:
            {
              "Effect": "Allow",
              "Principal": {"Service": "s3.amazonaws.com"},
              "Action": "lambda:InvokeFunction",
              "Resource": "arn:aws:lambda:eu-west-1:222222222222:function:resize",
              "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::photos"}, "StringEquals": {"aws:SourceAccount": "333333333333"}}
            }
        """  # noqa: E501 - a statement's element stands on one line
    )


def test_across_accounts_the_missing_half_is_named() -> None:
    assert told(ANA, RESIZE, identity=[policy("identity", "invokers", allow())], resource_kind="function") == screen(
        """
        Denied: no resource-based policy allows it.

          who   arn:aws:iam::111111111111:user/ana
          what  lambda:InvokeFunction
          on    arn:aws:lambda:eu-west-1:222222222222:function:resize

        In AWS's order:
          resource-based policy  there is none
          identity-based policy  allows
            + invokers, statement 0

        What is missing:
          - the caller is of account 111111111111, the resource of 222222222222: the function's policy must grant it

        The smallest addition that allows it (decided again with it: allowed):
          to a new resource-based policy:
            {
              "Effect": "Allow",
              "Principal": {"AWS": "arn:aws:iam::111111111111:user/ana"},
              "Action": "lambda:InvokeFunction",
              "Resource": "arn:aws:lambda:eu-west-1:222222222222:function:resize"
            }

        AWS would say:
          User: arn:aws:iam::111111111111:user/ana is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:eu-west-1:222222222222:function:resize because no resource-based policy allows the lambda:InvokeFunction action
        """  # noqa: E501 - AWS writes it on one line
    )


def test_in_one_account_either_side_will_do() -> None:
    bucket = policy("bucket", "photos", allow("Else", "s3:GetObject", Principal={"AWS": "222222222222"}))
    identity = policy("identity", "reader", allow("Read", "s3:GetObject", Resource="arn:aws:s3:::photos/red/*"))
    given: dict[str, Any] = {"identity": [identity], "resource": bucket}
    assert told(DEPLOY, "arn:aws:s3:::photos/blue/a.jpg", action="s3:GetObject", **given) == screen(
        """
        Denied: no identity-based policy allows it.

          who   arn:aws:sts::111111111111:assumed-role/deploy/ci
          what  s3:GetObject
          on    arn:aws:s3:::photos/blue/a.jpg

        In AWS's order:
          resource-based policy  silent
            - photos, statement 0 (Else)
                Principal is `222222222222`, which is not the caller
          identity-based policy  silent
            - reader, statement 0 (Read)
                Resource is `arn:aws:s3:::photos/red/*`, request is for `arn:aws:s3:::photos/blue/a.jpg`

        What is missing:
          - no policy of the caller allows it
          - or the bucket's policy would have to name the caller itself

        The smallest addition that allows it (decided again with it: allowed):
          to the identity-based policy `reader`:
            {
              "Effect": "Allow",
              "Action": "s3:GetObject",
              "Resource": "arn:aws:s3:::photos/blue/a.jpg"
            }

        Or instead:
          to the resource-based policy `photos`:
            {
              "Effect": "Allow",
              "Principal": {"AWS": "arn:aws:iam::111111111111:role/team/deploy"},
              "Action": "s3:GetObject",
              "Resource": "arn:aws:s3:::photos/blue/a.jpg"
            }

        AWS would say:
          User: arn:aws:sts::111111111111:assumed-role/deploy/ci is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::photos/blue/a.jpg because no identity-based policy allows the s3:GetObject action
        """  # noqa: E501 - AWS writes it on one line
    )


def test_two_silent_sides_need_two_statements() -> None:
    given: dict[str, Any] = {
        "boundary": policy("boundary", "limits", allow(action="s3:*")),
        "service_control": [
            [policy("scp", "FullAWSAccess", allow(action="*"))],
            [policy("scp", "only-s3", allow(action="s3:*"))],
        ],
        "identity": [policy("identity", "invokers", allow())],
    }
    assert told(ANA, OWN, **given) == screen(
        """
        Denied: no service control policy allows it.

          who   arn:aws:iam::111111111111:user/ana
          what  lambda:InvokeFunction
          on    arn:aws:lambda:eu-west-1:111111111111:function:own

        In AWS's order:
          service control policy, level 0  allows
            + FullAWSAccess, statement 0
          service control policy, level 1  silent: its Allow is not about lambda:InvokeFunction
          identity-based policy            allows
            + invokers, statement 0
          permissions boundary             silent: its Allow is not about lambda:InvokeFunction

        What is missing:
          - every level of service control policies must allow it, and level 1 does not
          - the permissions boundary does not allow it, and it limits what the other policies grant

        The smallest addition that allows it (decided again with it: allowed):
          to a service control policy of level 1 `only-s3`:
            {
              "Effect": "Allow",
              "Action": "lambda:InvokeFunction",
              "Resource": "arn:aws:lambda:eu-west-1:111111111111:function:own"
            }
          to the permissions boundary `limits`:
            {
              "Effect": "Allow",
              "Action": "lambda:InvokeFunction",
              "Resource": "arn:aws:lambda:eu-west-1:111111111111:function:own"
            }

        AWS would say:
          User: arn:aws:iam::111111111111:user/ana is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:eu-west-1:111111111111:function:own because no service control policy allows the lambda:InvokeFunction action
        """  # noqa: E501 - AWS writes it on one line
    )


def test_a_trust_policy_is_called_by_its_name() -> None:
    trust = policy(
        "trust",
        "worker",
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
    )
    lambda_service = Service("lambda.amazonaws.com")
    role = "arn:aws:iam::111111111111:role/worker"
    assert told(lambda_service, role, action="sts:AssumeRole", resource=trust) == screen(
        """
        Denied: no role trust policy allows it.

          who   lambda.amazonaws.com
          what  sts:AssumeRole
          on    arn:aws:iam::111111111111:role/worker

        In AWS's order:
          role trust policy  silent
            - worker, statement 0
                Principal is `Service ec2.amazonaws.com`, which is not the caller

        What is missing:
          - a service has no policies of its own: the role's trust policy must name lambda.amazonaws.com

        The smallest addition that allows it (decided again with it: allowed):
          to the role trust policy `worker`:
            {
              "Effect": "Allow",
              "Principal": {"Service": "lambda.amazonaws.com"},
              "Action": "sts:AssumeRole"
            }
        """
    )


def test_a_deny_is_named_with_what_made_it_match() -> None:
    condition = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    deny = {"Sid": "NoMfa", "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": condition}
    given: dict[str, Any] = {"identity": [policy("identity", "base", allow(), deny, file="base.json")]}
    assert told(ANA, OWN, **given) == screen(
        """
        Denied: a statement of an identity-based policy denies it.

          who   arn:aws:iam::111111111111:user/ana
          what  lambda:InvokeFunction
          on    arn:aws:lambda:eu-west-1:111111111111:function:own

        In AWS's order:
          identity-based policy  denies
            + base, statement 1 (NoMfa) in base.json
                condition BoolIfExists aws:MultiFactorAuthPresent: request has no such key, policy wants `false`

        No Allow helps against a Deny. Change or remove:
          - base, statement 1 (NoMfa) in base.json, of the identity-based policy
        Without it: allowed.

        AWS would say:
          User: arn:aws:iam::111111111111:user/ana is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:eu-west-1:111111111111:function:own with an explicit deny in an identity-based policy
        """  # noqa: E501 - AWS writes it on one line
    )


def test_what_is_not_known_is_told_with_every_outcome() -> None:
    identity = policy("identity", "inside", allow("Vpc", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}))
    assert told(ANA, OWN, {"aws:SourceVpc": UNKNOWN}, identity=[identity]) == screen(
        """
        Cannot be told: it hangs on aws:sourcevpc.

          who   arn:aws:iam::111111111111:user/ana
          what  lambda:InvokeFunction
          on    arn:aws:lambda:eu-west-1:111111111111:function:own

        In AWS's order:
          identity-based policy  cannot be told
            ? Allow, inside, statement 0 (Vpc)
                StringEquals aws:SourceVpc ["vpc-1"] hangs on aws:sourcevpc

        What it would be:
          if no such test holds: denied, for no identity-based policy allows it
          if StringEquals aws:SourceVpc ["vpc-1"] holds: allowed
        """
    )


def test_an_answer_that_rests_on_an_uncertain_rule_says_so() -> None:
    identity = policy("identity", "wide", allow(Resource="arn:aws:lambda:*:function:own"))
    assert told(ANA, OWN, identity=[identity]) == screen(
        """
        Allowed.

          who   arn:aws:iam::111111111111:user/ana
          what  lambda:InvokeFunction
          on    arn:aws:lambda:eu-west-1:111111111111:function:own

        In AWS's order:
          identity-based policy  allows
            + wide, statement 0

        AWS is not certain about this; the answer rests on how these rules are read:
          - M7: a `*` that ends one of the first five parts of an ARN pattern runs over the colons behind it
        """
    )


def test_where_no_statement_can_help_it_says_why() -> None:
    federated = FederatedUser("arn:aws:sts::111111111111:federated-user/ana", "arn:aws:iam::111111111111:user/ana")
    given: dict[str, Any] = {"identity": [policy("identity", "admin", allow(action="*"))]}
    assert told(federated, "arn:aws:iam::111111111111:user/bob", action="iam:GetUser", **given) == screen(
        """
        Denied, whatever the policies say.

          who   arn:aws:sts::111111111111:federated-user/ana
          what  iam:GetUser
          on    arn:aws:iam::111111111111:user/bob

        In AWS's order:
          identity-based policy  allows
            + admin, statement 0
          session policy         there is none

        No addition helps: federated users cannot call IAM or STS, whatever their policies say (E8).

        AWS would say:
          User: arn:aws:sts::111111111111:federated-user/ana is not authorized to perform: iam:GetUser on resource: arn:aws:iam::111111111111:user/bob because no identity-based policy allows the iam:GetUser action
        """  # noqa: E501 - AWS writes it on one line
    )


def test_a_call_that_only_a_token_makes_is_no_matter_of_policies() -> None:
    role = "arn:aws:iam::111111111111:role/ci"
    statement = {"Effect": "Allow", "Principal": {"AWS": ANA.arn}, "Action": "sts:AssumeRoleWithWebIdentity"}
    text = told(ANA, role, action="sts:AssumeRoleWithWebIdentity", resource=policy("trust", "ci", statement))
    assert "Denied, whatever the policies say." in text
    assert "only who bears an OIDC token calls sts:AssumeRoleWithWebIdentity, which nobody signs (E20)" in text
