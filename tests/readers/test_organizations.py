"""What `aws organizations` writes, and folders of SCPs and RCPs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from lampolicy.diagnostic import Code, IncompleteOrganization, Severity
from lampolicy.readers import Loaded
from lampolicy.request import Root

A, B, M = "111122223333", "444455556666", "999900001111"
ORG = "o-photo12345"
ROOT, OU = "r-ph01", "ou-ph01-workload"
DENY = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
RCP = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}
FULL = {"Id": "p-FullAWSAccess", "Name": "FullAWSAccess", "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": True}
OWN = {"Id": "p-8ue3ab5q", "Name": "NoS3", "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": False}

Read: TypeAlias = Callable[[Mapping[str, object]], Loaded]

TREE: dict[str, object] = {
    "list-roots.json": {
        "Roots": [{"Id": ROOT, "Arn": f"arn:aws:organizations::{M}:root/{ORG}/{ROOT}", "Name": "Root"}]
    },
    "list-organizational-units.json": {"OrganizationalUnits": [{"Id": OU, "Name": "Workloads"}]},
    f"list-accounts-for-parent-{OU}.json": {"Accounts": [{"Id": A, "Name": "photos"}]},
    "list-accounts.json": {"Accounts": [{"Id": x, "Name": n} for x, n in ((A, "photos"), (M, "management"))]},
}


def levels(loaded: Loaded, account: str) -> list[list[str]]:
    found = loaded.organization.policies_for(Root(account), "*")
    return [[policy.name for policy in level] for level in found.service_control]


def codes(loaded: Loaded) -> list[tuple[Code, Severity]]:
    return [(d.diagnostic.code, d.diagnostic.severity) for d in loaded.everything()]


def describe(content: object, summary: object = OWN) -> dict[str, object]:
    return {"Policy": {"PolicySummary": summary, "Content": json.dumps(content)}}


def test_the_tree(read: Read) -> None:
    loaded = read(TREE)
    organization = loaded.organization
    assert (organization.id, organization.management_account) == (ORG, M)
    assert {(u.id, u.name, u.parent) for u in organization.units} == {(ROOT, "Root", None), (OU, "Workloads", ROOT)}
    assert {(a.id, a.name, a.parent, a.member) for a in organization.accounts} == {
        (A, "photos", OU, True),
        (M, "management", ROOT, True),
    }
    assert dict(organization.policies_for(Root(A), "*").facts)["aws:PrincipalOrgPaths"] == (f"{ORG}/{ROOT}/{OU}/",)
    assert codes(loaded) == []


def test_describe_organization(read: Read) -> None:
    organization = read({"o.json": {"Organization": {"Id": ORG, "MasterAccountId": M}}}).organization
    assert (organization.id, organization.management_account) == (ORG, M)


def test_parents_of_an_account(read: Read) -> None:
    files = {name: value for name, value in TREE.items() if "for-parent" not in name}
    parents = {f"list-parents-{A}.json": {"Parents": [{"Id": OU, "Type": "ORGANIZATIONAL_UNIT"}]}}
    organization = read({**files, **parents}).organization
    assert {(a.id, a.parent) for a in organization.accounts} == {(A, OU), (M, ROOT)}


def test_an_account_of_which_only_things_are_seen_is_outside(read: Read) -> None:
    user = {"User": {"UserName": "u", "Arn": f"arn:aws:iam::{B}:user/u", "UserId": "AIDA1"}}
    organization = read({**TREE, "user.json": user}).organization
    assert {a.id for a in organization.accounts if not a.member} == {B}


@pytest.mark.parametrize(
    "attachment",
    [
        {f"list-policies-for-target-{OU}.json": {"Policies": [FULL, OWN]}},
        {"policies-of-Workloads.json": {"Policies": [FULL, OWN]}},
        {"targets-of-NoS3.json": {"Targets": [{"TargetId": OU, "Type": "ORGANIZATIONAL_UNIT"}]}},
        {"targets-p-8ue3ab5q.json": {"Targets": [{"TargetId": OU, "Type": "ORGANIZATIONAL_UNIT"}]}},
        {"organization.toml": '[files."describe-policy"]\non = ["Workloads"]\n'},
    ],
)
def test_an_scp_finds_its_target(read: Read, attachment: dict[str, object]) -> None:
    loaded = read({**TREE, "describe-policy.json": describe(DENY), **attachment})
    found = levels(loaded, A)
    assert "scp/NoS3" in found[1]
    assert found[0] == ["FullAWSAccess"]
    assert levels(loaded, M)[1:] == [] or levels(loaded, M)[0] == ["FullAWSAccess"]
    assert codes(loaded) == []


def test_an_attached_scp_whose_content_was_not_exported_refuses_its_accounts(read: Read) -> None:
    loaded = read({**TREE, f"list-policies-for-target-{OU}.json": {"Policies": [FULL, OWN]}})
    with pytest.raises(IncompleteOrganization):
        loaded.organization.policies_for(Root(A), "*")
    loaded.organization.policies_for(Root(M), "*")


def test_policies_of_nobody_knows_which_target_are_an_error(read: Read) -> None:
    loaded = read({**TREE, "list-policies-for-target.json": {"Policies": [FULL]}})
    assert codes(loaded) == [(Code.NO_OWNER, Severity.ERROR)]


class TestFolders:
    def test_folders_of_scps_are_the_tree(self, read: Read) -> None:
        loaded = read(
            {
                "scps/root/full.json": ALLOW,
                "scps/root/Workloads/no-s3.json": DENY,
                f"scps/root/Workloads/account-{A}/full.json": ALLOW,
                f"scps/root/account-{B}/full.json": ALLOW,
            }
        )
        assert levels(loaded, A) == [["scp/full"], ["scp/no-s3"], ["scp/full"]]
        assert levels(loaded, B) == [["scp/full"], ["scp/full"]]
        assert codes(loaded) == []

    def test_short_paths_use_names_and_ids_that_are_known(self, read: Read) -> None:
        loaded = read({**TREE, "scps/Workloads/no-s3.json": DENY, f"scps/{A}/full.json": ALLOW})
        assert levels(loaded, A) == [["FullAWSAccess"], ["scp/no-s3"], ["scp/full"]]

    def test_an_account_whose_place_is_not_told_is_below_the_root(self, read: Read) -> None:
        loaded = read({"scps/root/no-s3.json": DENY, f"scps/account-{A}/full.json": ALLOW})
        assert levels(loaded, A) == [["scp/no-s3"], ["scp/full"]]

    def test_described_policies_may_lie_in_such_folders_too(self, read: Read) -> None:
        loaded = read({**TREE, "scps/Workloads/no-s3.json": describe(DENY)})
        assert levels(loaded, A)[1] == ["scp/NoS3"]

    def test_rcps(self, read: Read) -> None:
        loaded = read({**TREE, "rcps/Workloads/no-s3.json": RCP})
        found = loaded.organization.policies_for(Root(M), f"arn:aws:sqs:eu-west-1:{A}:q")
        assert [[p.name for p in level] for level in found.resource_control] == [[], ["rcp/no-s3"], []]

    def test_an_scp_directly_in_the_folder_hangs_on_nothing_and_that_is_said(self, read: Read) -> None:
        loaded = read({"scps/no-s3.json": DENY})
        assert codes(loaded) == [(Code.NO_OWNER, Severity.WARNING)]

    def test_an_scp_with_faults_refuses_the_accounts_below_it(self, read: Read) -> None:
        bad = json.loads(json.dumps(DENY).replace("Deny", "deny"))
        loaded = read({**TREE, "scps/Workloads/no-s3.json": bad})
        assert codes(loaded) == [(Code.BAD_EFFECT, Severity.ERROR)]
        with pytest.raises(IncompleteOrganization):
            loaded.organization.policies_for(Root(A), "*")


class TestManifest:
    def test_it_tells_the_tree(self, read: Read) -> None:
        manifest = f"""
[organization]
id = "{ORG}"
management_account = "{M}"

[units.Root]
id = "{ROOT}"

[units.Workloads]
id = "{OU}"
parent = "Root"

[accounts."{A}"]
name = "photos"
parent = "Workloads"

[accounts."{B}"]
name = "stranger"
member = false
"""
        loaded = read({"organization.toml": manifest, "scps/Workloads/no-s3.json": DENY})
        organization = loaded.organization
        assert (organization.id, organization.management_account) == (ORG, M)
        assert levels(loaded, A) == [["FullAWSAccess"], ["scp/no-s3"], ["FullAWSAccess"]]
        assert {(a.id, a.member) for a in organization.accounts} == {(A, True), (B, False)}
        assert dict(organization.policies_for(Root(A), "*").facts)["aws:PrincipalOrgPaths"] == (f"{ORG}/{ROOT}/{OU}/",)

    def test_all_faults_of_a_manifest_are_told_at_once(self, read: Read) -> None:
        manifest = """
organisation = 1
units = 3
[organization]
id = 7
[accounts.1234]
[files."x.json"]
kind = "nonsense"
"""
        loaded = read({"organization.toml": manifest})
        assert [code for code, _ in codes(loaded)] == [Code.BAD_MANIFEST] * 5

    @pytest.mark.parametrize(
        ("manifest", "message", "help_"),
        [
            ('[organization]\nmanagment_account = "x"', "`managment_account`", "did you mean `management_account`?"),
            ('[organization]\nmanagement_account = "x"', "`x` is not an account id", "twelve digits"),
            ("units = 3", "`units` must be a table, not a number", "`[units]`"),
            ("[units.Root]\nid = 7", "`units.Root.id` must be a text, not a number", '"7"'),
            ('[units.accounts]\nparnt = "Root"', "unknown field `parnt`", "did you mean `parent`?"),
            ('[accounts."111122223333"]\nmember = "no"', "must be a truth value", "without quotes"),
            ('[files."x.json"]\nkind = "identiy"', "not `identiy`", "did you mean `identity`?"),
            ('[files."x.json"]\non = 7', "must be a text", '"7"'),
        ],
    )
    def test_a_fault_of_a_manifest_says_what_to_do(self, read: Read, manifest: str, message: str, help_: str) -> None:
        (fault,) = (said.diagnostic for said in read({"organization.toml": manifest}).diagnostics)

        assert message in fault.message
        assert help_ in (fault.help or "")

    def test_what_is_sound_of_a_manifest_with_faults_still_counts(self, read: Read) -> None:
        organization = read({"organization.toml": f'[organization]\nid = "{ORG}"\nmanagement_account = 7'}).organization

        assert (organization.id, organization.management_account) == (ORG, None)

    def test_a_manifest_that_is_not_toml(self, read: Read) -> None:
        assert codes(read({"organization.toml": "[accounts"})) == [(Code.BAD_MANIFEST, Severity.ERROR)]


def test_units_told_to_be_above_themselves_are_cut_loose_and_that_is_said(read: Read) -> None:
    manifest = '[units.one]\nparent = "two"\n[units.two]\nparent = "one"\n'
    assert codes(read({"organization.toml": manifest})) == [(Code.CONTRADICTION, Severity.ERROR)]


def test_a_target_that_nothing_else_names_may_be_an_account(read: Read) -> None:
    loaded = read({"describe-NoS3.json": describe(DENY), "targets-of-NoS3.json": {"Targets": [{"TargetId": A}]}})
    assert levels(loaded, A) == [["scp/NoS3"]]


def test_an_account_in_the_manifest_needs_twelve_digits(read: Read) -> None:
    manifest = '[files."x.json"]\naccount = "prod"\n'
    assert codes(read({"organization.toml": manifest})) == [(Code.BAD_MANIFEST, Severity.ERROR)]


def test_the_manifest_of_the_reference_page_is_sound(read: Read) -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "inputs.md").read_text("utf-8")
    manifest = page.split("```toml\n")[1].split("```")[0]
    loaded = read({"organization.toml": manifest})
    assert codes(loaded) == []
    assert loaded.organization.id == ORG
