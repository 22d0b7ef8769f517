"""What `aws lambda`, `s3api`, `sqs`, `sns`, `kms` and `secretsmanager` write."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeAlias

import pytest

from lampolicy.diagnostic import Code, Severity
from lampolicy.policy import PolicyKind
from lampolicy.readers import Loaded
from lampolicy.request import Anonymous

A, B = "111122223333", "444455556666"
F = f"arn:aws:lambda:eu-west-1:{B}:function:thumbnails"
ROLE = f"arn:aws:iam::{B}:role/thumbnails"

Read: TypeAlias = Callable[[Mapping[str, object]], Loaded]


def policy(*resources: str, action: str = "lambda:InvokeFunction", principal: object = "*") -> dict[str, object]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": f"S{i}", "Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource}
            for i, resource in enumerate(resources)
        ],
    }


def text(document: object) -> dict[str, object]:
    return {"Policy": json.dumps(document)}


def configuration(qualifier: str = "", **more: object) -> dict[str, object]:
    return {"FunctionName": "thumbnails", "FunctionArn": F + qualifier, "Role": ROLE, **more}


def codes(loaded: Loaded) -> list[tuple[Code, Severity]]:
    return [(d.diagnostic.code, d.diagnostic.severity) for d in loaded.everything()]


class TestFunctions:
    def test_function_versions_aliases_and_urls(self, read: Read) -> None:
        loaded = read(
            {
                "get-function.json": {"Configuration": configuration(Version="$LATEST"), "Tags": {"team": "web"}},
                "list-versions-by-function.json": {
                    "Versions": [configuration(":$LATEST"), configuration(":1"), configuration(":2")]
                },
                "list-aliases.json": {
                    "Aliases": [{"AliasArn": f"{F}:live", "Name": "live", "FunctionVersion": "2"}],
                },
                "get-function-url-config.json": {
                    "FunctionUrl": "https://x.lambda-url.eu-west-1.on.aws/",
                    "FunctionArn": f"{F}:live",
                    "AuthType": "AWS_IAM",
                },
            }
        )
        (function,) = loaded.organization.functions
        assert (str(function.arn), function.role, function.tags) == (F, ROLE, (("team", "web"),))
        assert (function.versions, function.aliases) == (("1", "2"), (("live", "2"),))
        assert [(str(u.arn), u.auth_type) for u in function.urls] == [(f"{F}:live", "AWS_IAM")]
        assert codes(loaded) == []

    @pytest.mark.parametrize(
        "value",
        [configuration(), {"Configuration": configuration()}, {"Functions": [configuration()]}],
        ids=["get-function-configuration", "get-function", "list-functions"],
    )
    def test_every_command_that_shows_a_configuration(self, read: Read, value: object) -> None:
        assert [f.role for f in read({"x.json": value}).organization.functions] == [ROLE]

    def test_the_policy_hangs_on_the_qualifier_its_statements_name(self, read: Read) -> None:
        loaded = read(
            {
                "a.json": {**text(policy(f"{F}:live")), "RevisionId": "r1"},
                "b.json": {**text(policy(F)), "RevisionId": "r"},
            }
        )
        organization = loaded.organization
        for arn, name in ((F, "function thumbnails"), (f"{F}:live", "function thumbnails:live")):
            found = organization.policies_for(Anonymous(), arn).resource
            assert found is not None
            assert (found.name, found.kind) == (name, PolicyKind.FUNCTION)
        assert organization.policies_for(Anonymous(), f"{F}:1").resource is None
        assert {(d.pointer, d.encoded) for d in loaded.documents} == {(("Policy",), True)}

    def test_added_statements_make_up_the_policy(self, read: Read) -> None:
        first, second = policy(F)["Statement"], policy(F, action="lambda:GetFunction")["Statement"]
        assert isinstance(first, list)
        assert isinstance(second, list)
        loaded = read(
            {
                "add-1.json": {"Statement": json.dumps(first[0])},
                "add-2.json": {"Statement": json.dumps({**second[0], "Sid": "S1"})},
            }
        )
        (function,) = loaded.organization.functions
        ((arn, found),) = function.policies
        assert str(arn) == F
        assert [s.sid for s in found.statements] == ["S0", "S1"]

    def test_a_statement_that_get_policy_shows_too_counts_once(self, read: Read) -> None:
        document = policy(F)
        statements = document["Statement"]
        assert isinstance(statements, list)
        loaded = read({"add.json": {"Statement": json.dumps(statements[0])}, "get-policy.json": text(document)})
        (function,) = loaded.organization.functions
        assert len(function.policies[0][1].statements) == 1
        assert codes(loaded) == []

    def test_two_different_policies_of_one_function_contradict_each_other(self, read: Read) -> None:
        loaded = read({"a.json": text(policy(F)), "b.json": text(policy(F, action="lambda:GetFunction"))})
        assert codes(loaded) == [(Code.CONTRADICTION, Severity.ERROR)]

    def test_a_url_without_a_known_auth_type_is_an_error(self, read: Read) -> None:
        url = {"FunctionUrl": "https://x/", "FunctionArn": F, "AuthType": "none"}
        assert codes(read({"url.json": url})) == [(Code.BAD_SHAPE, Severity.ERROR)]

    def test_aliases_of_kms_keys_are_no_aliases_of_functions(self, read: Read) -> None:
        aliases = {"Aliases": [{"AliasName": "alias/x", "AliasArn": f"arn:aws:kms:eu-west-1:{A}:alias/x"}]}
        loaded = read({"list-aliases.json": aliases})
        assert loaded.organization.functions == ()
        assert codes(loaded) == []


class TestBuckets:
    POLICY = policy("arn:aws:s3:::photos/*", "arn:aws:s3:::photos", action="s3:*")

    def test_the_account_comes_from_the_folder(self, read: Read) -> None:
        loaded = read({f"account-{A}/bucket.json": text(self.POLICY)})
        (bucket,) = loaded.organization.resources
        assert (bucket.arn, bucket.account, bucket.kind) == ("arn:aws:s3:::photos", A, PolicyKind.BUCKET)
        assert loaded.organization.owner_of("arn:aws:s3:::photos/a/b") == A
        assert [d.name for d in loaded.documents] == ["bucket photos"]

    def test_or_from_the_manifest(self, read: Read) -> None:
        manifest = f'[accounts."{A}"]\nname = "photos"\nfolder = "prod/photos"\n'
        loaded = read({"organization.toml": manifest, "prod/photos/s3/bucket.json": text(self.POLICY)})
        assert [r.account for r in loaded.organization.resources] == [A]

    def test_or_from_the_manifests_word_about_the_file(self, read: Read) -> None:
        manifest = f'[files."bucket*"]\naccount = "{A}"\n'
        loaded = read({"organization.toml": manifest, "bucket-photos.json": text(self.POLICY)})
        assert [r.account for r in loaded.organization.resources] == [A]

    def test_a_bucket_without_an_account_takes_part_in_no_decision_and_that_is_said(self, read: Read) -> None:
        loaded = read({"bucket.json": text(self.POLICY)})
        assert loaded.organization.resources == ()
        assert codes(loaded) == [(Code.NO_OWNER, Severity.WARNING)]
        assert len(loaded.documents) == 1

    def test_two_accounts_in_one_folder_do_not_tell_whose_bucket_it_is(self, read: Read) -> None:
        users = {"Users": [{"UserName": "a", "Arn": f"arn:aws:iam::{x}:user/a", "UserId": "AIDA"} for x in (A, B)]}
        loaded = read({"users.json": users, "bucket.json": text(self.POLICY)})
        assert loaded.organization.resources == ()

    def test_buckets_without_a_policy_have_an_owner_too(self, read: Read) -> None:
        loaded = read({f"{A}/buckets.json": {"Buckets": [{"Name": "photos"}, {"Name": "logs"}]}})
        assert loaded.organization.owner_of("arn:aws:s3:::logs/x") == A


class TestOthers:
    def test_a_queue(self, read: Read) -> None:
        arn = f"arn:aws:sqs:eu-west-1:{A}:orders"
        attributes = {"QueueArn": arn, "Policy": json.dumps(policy(arn, action="sqs:SendMessage"))}
        (queue,) = read({"q.json": {"Attributes": attributes}}).organization.resources
        assert (queue.arn, queue.account, queue.kind) == (arn, A, PolicyKind.QUEUE)
        assert queue.policy is not None
        assert queue.policy.name == "queue orders"

    def test_a_topic_without_a_policy_is_known_to_have_none(self, read: Read) -> None:
        arn = f"arn:aws:sns:eu-west-1:{A}:orders"
        (topic,) = read({"t.json": {"Attributes": {"TopicArn": arn, "Policy": ""}}}).organization.resources
        assert (topic.kind, topic.policy) == (PolicyKind.TOPIC, None)

    def test_attributes_without_an_arn_are_an_error(self, read: Read) -> None:
        assert codes(read({"q.json": {"Attributes": {"Policy": "{}"}}})) == [(Code.BAD_SHAPE, Severity.ERROR)]

    def test_a_secret(self, read: Read) -> None:
        arn = f"arn:aws:secretsmanager:eu-west-1:{A}:secret:db-AbCdEf"
        document = policy("*", action="secretsmanager:GetSecretValue")
        value = {"ARN": arn, "Name": "db", "ResourcePolicy": json.dumps(document)}
        (secret,) = read({"s.json": value}).organization.resources
        assert (secret.arn, secret.kind, secret.policy is not None) == (arn, PolicyKind.SECRET, True)

    def test_a_key_policy_finds_its_key_through_describe_key(self, read: Read) -> None:
        arn = f"arn:aws:kms:eu-west-1:{A}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        document = policy("*", action="kms:*", principal={"AWS": A})
        loaded = read(
            {
                "describe-key.json": {"KeyMetadata": {"KeyId": arn.rsplit("/", 1)[-1], "Arn": arn}},
                "get-key-policy.json": {**text(document), "PolicyName": "default"},
            }
        )
        (key,) = loaded.organization.resources
        assert (key.arn, key.kind, key.policy is not None) == (arn, PolicyKind.KEY, True)

    def test_of_two_keys_the_files_name_tells_which(self, read: Read) -> None:
        arns = [f"arn:aws:kms:eu-west-1:{A}:key/{i}234abcd" for i in "12"]
        document = policy("*", action="kms:*", principal={"AWS": A})
        loaded = read(
            {
                "one.json": {"KeyMetadata": {"Arn": arns[0]}},
                "two.json": {"KeyMetadata": {"Arn": arns[1]}},
                "get-key-policy-2234abcd.json": {**text(document), "PolicyName": "default"},
            }
        )
        assert [(r.arn, r.policy is not None) for r in loaded.organization.resources] == [
            (arns[0], False),
            (arns[1], True),
        ]

    def test_a_key_policy_of_an_unknown_key_is_said(self, read: Read) -> None:
        document = policy("*", action="kms:*", principal={"AWS": A})
        assert codes(read({"k.json": text(document)})) == [(Code.NO_OWNER, Severity.WARNING)]

    def test_a_layer_version(self, read: Read) -> None:
        arn = f"arn:aws:lambda:eu-west-1:{A}:layer:common:3"
        document = policy(arn, action="lambda:GetLayerVersion")
        (layer,) = read({"l.json": {**text(document), "RevisionId": "r"}}).organization.resources
        assert (layer.arn, layer.kind) == (arn, PolicyKind.LAYER)

    def test_a_policy_with_faults_makes_its_resource_undecidable(self, read: Read) -> None:
        document = json.dumps(policy(F)).replace('"Allow"', '"allow"')
        loaded = read({"p.json": {"Policy": document}})
        assert [(u.on, u.kind) for u in loaded.organization.unread] == [(F, PolicyKind.FUNCTION)]
        assert codes(loaded) == [(Code.BAD_EFFECT, Severity.ERROR)]

    def test_an_inner_text_that_is_not_json_is_told_in_its_own_lines(self, read: Read) -> None:
        loaded = read({"p.json": {"Policy": '{"Version": "2012-10-17",\n  "Statement": [}'}})
        (document,) = loaded.documents
        assert document.encoded
        fault = document.diagnostics[0]
        assert fault.code is Code.NOT_JSON
        assert fault.span is not None
        assert fault.span.line == 2
