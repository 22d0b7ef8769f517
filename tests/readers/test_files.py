"""Which files are read, the limits, and that no file is lost without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lampolicy.diagnostic import Code, DocumentError, Severity
from lampolicy.organization import Organization
from lampolicy.readers import FileLimits, Loaded, load, load_organization
from lampolicy.readers._assemble import assemble
from lampolicy.readers._draft import Draft, Input
from lampolicy.readers._files import SourceFile
from lampolicy.readers._node import Node
from lampolicy.readers._shapes import SHAPES, shape_of

POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def write(folder: Path, *names: str, value: object = POLICY) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value))


def said(loaded: Loaded) -> list[tuple[str, Code, Severity]]:
    return [(Path(d.file).name, d.diagnostic.code, d.diagnostic.severity) for d in loaded.everything()]


def test_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    write(tmp_path, "b.json", "a/z.json", "a/b/c.json")
    names = [Path(f).relative_to(tmp_path).as_posix() for f in load(tmp_path).files]
    assert names == ["a/b/c.json", "a/z.json", "b.json"]


def test_a_single_file_and_several_paths(tmp_path: Path) -> None:
    write(tmp_path, "a.json", "b/b.json", "c.json")
    assert len(load(tmp_path / "a.json").documents) == 1
    assert len(load(str(tmp_path / "a.json"), tmp_path / "b").documents) == 2


def test_a_path_that_is_not_there_is_an_error_not_an_exception(tmp_path: Path) -> None:
    assert said(load(tmp_path / "gone")) == [("gone", Code.UNREADABLE, Severity.ERROR)]


def test_what_is_not_recognised_is_named_in_a_note(tmp_path: Path) -> None:
    write(tmp_path, "package.json", value={"name": "x", "version": 1})
    write(tmp_path, "list.json", value=[1])
    (tmp_path / "template.yaml").write_text("Resources: {}")
    (tmp_path / "README.md").write_text("words")
    (tmp_path / "x.lampolicy.json").write_text("{}")
    assert said(load(tmp_path)) == [
        ("list.json", Code.NOT_RECOGNISED, Severity.NOTE),
        ("package.json", Code.NOT_RECOGNISED, Severity.NOTE),
        ("template.yaml", Code.NOT_RECOGNISED, Severity.NOTE),
    ]


def test_empty_listings_are_recognised(tmp_path: Path) -> None:
    write(tmp_path, "aliases.json", value={"Aliases": []})
    write(tmp_path, "buckets.json", value={"Buckets": [], "Owner": {"ID": "0123"}, "Prefix": None})
    write(tmp_path, "attached.json", value={"AttachedPolicies": [], "IsTruncated": False})
    assert said(load(tmp_path)) == []


def test_hidden_files_and_tool_folders_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, ".git/x.json", ".x.json", "node_modules/p/x.json", "a.json")
    assert len(load(tmp_path).files) == 1


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.json", "in/a.json")
    (tmp_path / "in" / "link.json").symlink_to(tmp_path / "outside" / "secret.json")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "outside")
    (tmp_path / "in" / "again.json").symlink_to(tmp_path / "in" / "a.json")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "self.json").symlink_to(tmp_path / "in" / "self.json")
    loaded = load(tmp_path / "in")
    assert len(loaded.files) == 1
    assert {(name, code) for name, code, _ in said(loaded)} >= {
        ("link.json", Code.OUTSIDE_ROOT),
        ("folder", Code.OUTSIDE_ROOT),
    }


@pytest.mark.parametrize(("files", "read"), [(2, 2), (3, 3), (4, 3)])
def test_the_limit_of_files(tmp_path: Path, files: int, read: int) -> None:
    write(tmp_path, *(f"{i}.json" for i in range(files)))
    loaded = load(tmp_path, limits=FileLimits(files=3))
    assert len(loaded.files) == read
    assert [code for _, code, _ in said(loaded)] == [Code.TOO_MANY_FILES] * (files > read)


@pytest.mark.parametrize(("spare", "fault"), [(1, False), (0, False), (-1, True)])
def test_the_limit_of_a_file(tmp_path: Path, spare: int, fault: bool) -> None:  # noqa: FBT001
    write(tmp_path, "a.json")
    size = (tmp_path / "a.json").stat().st_size
    loaded = load(tmp_path, limits=FileLimits(file_bytes=size + spare))
    assert [code for _, code, _ in said(loaded)] == [Code.TOO_LARGE] * fault


def test_the_limit_of_all_files_together(tmp_path: Path) -> None:
    write(tmp_path, "a.json", "b.json")
    size = (tmp_path / "a.json").stat().st_size
    loaded = load(tmp_path, limits=FileLimits(total_bytes=2 * size - 1))
    assert said(loaded) == [("b.json", Code.TOO_LARGE, Severity.ERROR)]


def test_the_limit_of_depth(tmp_path: Path) -> None:
    write(tmp_path, "1/2/3/a.json", "1/2/b.json")
    loaded = load(tmp_path, limits=FileLimits(depth=3))
    assert [Path(f).name for f in loaded.files] == ["b.json"]
    assert [code for _, code, _ in said(loaded)] == [Code.TOO_MANY_FILES]


def test_load_organization_raises_with_every_fault_and_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    write(tmp_path, "b.json", value={"Statement": [{"Effect": "allow", "Action": "s3:*", "Resource": "*"}]})
    with pytest.raises(DocumentError) as caught:
        load_organization(tmp_path)
    assert [d.code for d in caught.value.diagnostics] == [Code.NOT_JSON, Code.BAD_EFFECT]
    assert all("in `" in d.message for d in caught.value.diagnostics)


def test_load_organization_passes_over_warnings_and_notes(tmp_path: Path) -> None:
    write(tmp_path, "package.json", value={"name": "x"})
    assert load_organization(tmp_path) == Organization()


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'{"Statement": "\xff"}')
    assert said(load(tmp_path)) == [("a.json", Code.NOT_UTF8, Severity.ERROR)]


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(POLICY).encode())
    assert said(load(tmp_path)) == []


KEYS = sorted(
    {
        "Role", "Roles", "User", "Users", "Group", "Groups", "Policy", "Policies", "PolicyVersion", "PolicyVersionList",
        "AttachedPolicies", "AttachedManagedPolicies", "PolicyArn", "PolicyName", "PolicyDocument", "RoleName",
        "UserName", "GroupName", "GroupId", "GroupList", "RolePolicyList", "Document", "VersionId", "DefaultVersionId",
        "AssumeRolePolicyDocument", "PermissionsBoundary", "PermissionsBoundaryArn", "Tags", "Key", "Value", "Arn",
        "UserDetailList", "GroupDetailList", "RoleDetailList", "Statement", "Effect", "Action", "Principal", "Resource",
        "Attributes", "QueueArn", "TopicArn", "ARN", "Name", "ResourcePolicy", "KeyMetadata", "Configuration",
        "FunctionName", "FunctionArn", "FunctionUrl", "AuthType", "FunctionUrlConfigs", "Versions", "Functions",
        "Aliases", "AliasArn", "FunctionVersion", "Layers", "Buckets", "Organization", "Id", "MasterAccountId",
        "Roots", "OrganizationalUnits", "OrganizationalUnit", "Accounts", "Account", "Parents", "PolicySummary",
        "Content", "Type", "Targets", "TargetId", "UserId", "IsTruncated", "Version",
    }
)  # fmt: skip
TEXTS = [
    "arn:aws:iam::111122223333:role/r", "arn:aws:iam::111122223333:user/u", "arn:aws:iam::111122223333:policy/p",
    "arn:aws:lambda:eu-west-1:111122223333:function:f:live", "arn:aws:s3:::photos", "111122223333", "r-ph01", "ou-x",
    "arn:aws:iam::x:role/r", "arn:aws:iam::1:policy", "arn:a:b:c:d:e", "arn:aws:kms:::", "arn:::::", "p-FullAWSAccess",
    "*", "", "Allow", "NONE",
    "SERVICE_CONTROL_POLICY", '{"Statement": []}', "%7B%22Statement%22%3A1%7D", "%7B%FF", "sts:AssumeRole", "r", "root",
]  # fmt: skip
VALUES = st.recursive(
    st.sampled_from(TEXTS) | st.none() | st.booleans() | st.integers(-1, 3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=20,
)
PLACES = st.sampled_from(
    [("x",), ("scps", "root", "x"), ("account-111122223333", "roles", "r", "trust"), ("scps", "x")]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(PLACES, st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1, max_size=6)), max_size=4))
def test_no_value_in_any_shape_makes_the_readers_stumble(
    files: list[tuple[tuple[str, ...], dict[str, object]]],
) -> None:
    draft = Draft()
    for i, (inside, value) in enumerate(files):
        text = json.dumps(value)
        source = Input(SourceFile(f"{i}.json", Path(f"{i}.json"), inside, "/aws"), text, Node(json.loads(text)))
        shape = shape_of(source.root)
        if shape is not None:
            shape.read(source, draft)
    for _, task in sorted(draft.later, key=lambda waiting: waiting[0]):
        task()
    assert isinstance(assemble(draft), Organization)


def test_every_shape_names_the_commands_that_write_it() -> None:
    assert all(shape.commands for shape in SHAPES)
