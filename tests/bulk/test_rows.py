"""A table's rows are decided as the authorizer decides them one by one: decision, evidence and reason."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lampolicy import (
    Anonymous,
    Authorizer,
    FederatedUser,
    LampolicyError,
    Organization,
    Request,
    RoleSession,
    Service,
    User,
)
from lampolicy.bulk import TableDecider, _plans, _vocabulary
from lampolicy.condition import text_of
from lampolicy.request import UNKNOWN, Context, Principal, Saml, WebIdentity
from lampolicy.testing import strategies as aws
from lampolicy.testing._dice import Dice, Seeded
from lampolicy.testing._organizations import draw_populated
from lampolicy.testing._words import KEYS

ACCOUNTS = (None, None, None, "111111111111", "222222222222", "no account")
FIELDS = ("service", "source_arn", "source_account", "source_org", "arn", "role", "issuer")
TEXT = pa.string()
LIST = pa.list_(TEXT)


class Row(NamedTuple):
    """One row as Python sees it."""

    principal: Principal
    action: str
    resource: str
    account: str | None
    context: Context


def plain_principal(principal: Principal) -> Principal | None:
    """The caller without what a struct cannot say; `None` where it cannot say who it is."""
    match principal:
        case User(arn=arn):
            return User(arn)
        case RoleSession(role=role, session=session):
            return RoleSession(role, session)
        case FederatedUser(arn=arn, issuer=issuer):
            return FederatedUser(arn, issuer)
        case Service(name=name, source_arn=arn, source_account=account, source_org=org):
            return Service(name, arn, account, org)
        case Anonymous() | WebIdentity() | Saml():
            return None
        case _:
            return principal


def as_struct(principal: Principal) -> dict[str, str | None]:
    if isinstance(principal, Service):
        found = (principal.name, principal.source_arn, principal.source_account, principal.source_org)
        return dict(zip(FIELDS, found, strict=False))
    role = principal.role if isinstance(principal, RoleSession) and principal.session else None
    return {"arn": principal.caller_arn, "role": role, "issuer": getattr(principal, "issuer", None)}


def in_columns(context: Context) -> dict[str, str | list[str]]:
    """A context of texts and lists of texts, without what is unknown."""
    return {
        key: text_of(value) if isinstance(value, str | int | float) else [text_of(item) for item in value]
        for key, value in context.items()
        if value is not UNKNOWN
    }


def draw_rows(dice: Dice) -> tuple[Organization, list[Row]]:
    organization, questions = draw_populated(dice, 14)
    rows = []
    for question in questions:
        principal = plain_principal(question.principal)
        if principal is not None:
            context = in_columns(question.context)
            rows.append(Row(principal, question.action, question.resource, dice.pick(ACCOUNTS), context))
    return organization, rows


def expected(authorizer: Authorizer, row: Row, unknown: tuple[str, ...] = ()) -> dict[str, object]:
    """What the row-by-row way says."""
    try:
        context = {**row.context, **dict.fromkeys(unknown, UNKNOWN)}
        if row.account is None:
            return authorizer.decide(row.principal, row.action, row.resource, context).to_dict()
        request = Request(row.principal, row.action, row.resource, context, resource_account=row.account)
        return authorizer.decide_request(request).to_dict()
    except LampolicyError as error:
        return {"decision": "refused", "reason": str(error)}


# ------------------------------------------------------------------------------------- three shapes of contexts


def as_map_of_texts(rows: list[Row]) -> tuple[Any, list[Context]]:
    texts = [{k: v if isinstance(v, str) else "+".join(map(str, v)) for k, v in r.context.items()} for r in rows]  # type: ignore[arg-type]
    return pa.array([list(t.items()) for t in texts], pa.map_(TEXT, TEXT)), list(texts)


def as_map_of_lists(rows: list[Row]) -> tuple[Any, list[Context]]:
    lists = [{k: [v] if isinstance(v, str) else v for k, v in r.context.items()} for r in rows]
    return pa.array([list(t.items()) for t in lists], pa.map_(TEXT, LIST)), lists  # type: ignore[return-value]


def as_struct_of_both(rows: list[Row]) -> tuple[Any, list[Context]]:
    keys = sorted({key for row in rows for key in row.context})
    several = {key for row in rows for key, value in row.context.items() if not isinstance(value, str)}

    def held(row: Row, key: str) -> object:
        value = row.context.get(key)
        return [value] if key in several and isinstance(value, str) else value

    found = [{key: held(row, key) for key in keys} for row in rows]
    if not keys:
        return pa.nulls(len(rows)), [{} for _ in rows]
    kind = pa.struct([(key, LIST if key in several else TEXT) for key in keys])
    told = [{key: value for key, value in context.items() if value is not None} for context in found]
    return pa.array(found, kind), told  # type: ignore[return-value]


def as_struct_of_dictionaries(rows: list[Row]) -> tuple[Any, list[Context]]:
    array, contexts = as_struct_of_both(rows)
    if pa.types.is_null(array.type):
        return array, contexts
    fields = [f if pa.types.is_list(f.type) else f.dictionary_encode() for f in array.flatten()]
    return pa.StructArray.from_arrays(fields, names=[field.name for field in array.type]), contexts


SHAPES = (as_map_of_texts, as_map_of_lists, as_struct_of_both, as_struct_of_dictionaries)
Shape = Callable[[list[Row]], tuple[Any, list[Context]]]


def table_of(rows: list[Row], shape: Shape, rng: random.Random) -> tuple[Any, list[Context]]:
    """A table of the rows, in chunks, each column plain or as a dictionary."""
    contexts, told = shape(rows)

    def texts(values: list[str | None]) -> Any:
        array = pa.array(values, TEXT)
        return array.dictionary_encode() if rng.random() < 0.5 else array

    columns = {
        "principal": pa.array([as_struct(row.principal) for row in rows], pa.struct([(f, TEXT) for f in FIELDS])),
        "action": texts([row.action for row in rows]),
        "resource": texts([row.resource for row in rows]),
        "account": texts([row.account for row in rows]),
        "context": contexts,
    }
    whole = pa.table(columns)
    cuts = sorted({0, len(rows), *(rng.randrange(len(rows) + 1) for _ in range(rng.randrange(3)))})
    parts = [whole.slice(start, end - start) for start, end in pairwise(cuts)]
    return (pa.concat_tables(parts) if parts else whole), told


def disagreements(dice: Dice, seed: int, shape: Shape) -> list[object]:
    rng = random.Random(seed)
    organization, rows = draw_rows(dice)
    rows = rng.sample(rows * 2, len(rows) * 2)
    authorizer = Authorizer(organization)
    table, contexts = table_of(rows, shape, rng)
    unknown: tuple[str, ...] = rng.choice([(), tuple(KEYS)])
    decider = TableDecider(
        authorizer,
        evidence=True,
        unknown=unknown,
        batch_rows=rng.choice([1, 3, 1_000]),
        remember=rng.choice([5, 100, 1_000_000]),
    )
    found: list[object] = []
    decided = decider.table(table).to_pylist()
    assert len(decided) == len(rows)
    for row, context, got in zip(rows, contexts, decided, strict=True):
        asked = row._replace(context=context)
        lacking = tuple(key for key in unknown if key.lower() not in told_or_certain(authorizer, asked))
        wanted = expected(authorizer, asked, lacking)
        if json.loads(got["evidence"]) != json.loads(json.dumps(wanted)) or got["decision"] != wanted["decision"]:
            found.append((asked, got, wanted))
    return found


def told_or_certain(authorizer: Authorizer, row: Row) -> set[str]:
    told = {key.lower() for key in row.context}
    try:
        return told | set(authorizer.prepare(row.principal, row.action, row.resource, row.account).certain)
    except LampolicyError:
        return told


@pytest.mark.parametrize("shape", SHAPES)
def test_rows_are_decided_as_one_by_one(shape: Shape) -> None:
    for seed in range(25):
        assert disagreements(Seeded(seed), seed, shape) == []


@pytest.mark.parametrize("limits", [(1, 1 << 23, 1 << 24), (4, 16, 64), (1 << 14, 1 << 23, 1)])
def test_rows_are_decided_alike_however_they_find_their_answer(
    limits: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plans without cells of their own, too few cells for all, and pairs in a hash table."""
    monkeypatch.setattr(_plans, "MOST_CELLS_OF_A_PLAN", limits[0])
    monkeypatch.setattr(_plans, "MOST_CELLS", limits[1])
    monkeypatch.setattr(_vocabulary, "MOST_CELLS", limits[2])
    for seed in range(100, 115):
        for shape in SHAPES:
            assert disagreements(Seeded(seed), seed, shape) == []


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(found=aws.drawn(draw_rows), seed=st.integers(0, 1 << 20), shape=st.sampled_from(SHAPES))
def test_any_organization_decides_its_rows_alike(
    found: tuple[Organization, list[Row]], seed: int, shape: Shape
) -> None:
    organization, rows = found
    authorizer = Authorizer(organization)
    table, contexts = table_of(rows, shape, random.Random(seed))
    decided = TableDecider(authorizer, evidence=True, batch_rows=5).table(table).to_pylist()
    for row, context, got in zip(rows, contexts, decided, strict=True):
        assert json.loads(got["evidence"]) == json.loads(
            json.dumps(expected(authorizer, row._replace(context=context)))
        )


def test_every_kind_of_decision_was_met() -> None:
    met: set[str] = set()
    for seed in range(40):
        organization, rows = draw_rows(Seeded(seed))
        table, _ = table_of(rows, as_struct_of_both, random.Random(seed))
        decided = TableDecider(organization, unknown=tuple(KEYS)).table(table)
        met |= set(decided.column("decision").to_pylist())
    assert met == {"allowed", "explicitly_denied", "implicitly_denied", "undetermined", "refused"}


def test_the_reason_and_the_statement_are_those_of_the_evidence() -> None:
    for seed in range(25):
        organization, rows = draw_rows(Seeded(seed))
        table, _ = table_of(rows, as_map_of_texts, random.Random(seed))
        for got in TableDecider(organization, evidence=True).table(table).to_pylist():
            wire: Mapping[str, Any] = json.loads(got["evidence"])
            names = [name_of(grant) for grant in wire.get("by", ())]
            assert got["statement"] == ", ".join(names)
            match wire["decision"]:
                case "refused":
                    assert got["reason"] == wire["reason"]
                case "implicitly_denied":
                    assert wire["missing"][0]["side"] in got["reason"]
                case "undetermined":
                    assert wire["needs"][0] in got["reason"]
                case _:
                    assert all(grant.get("kind", grant.get("text")) in got["reason"] for grant in wire["by"])


def name_of(grant: Mapping[str, Any]) -> str:
    if "rule" in grant:
        return str(grant["rule"])
    return f"{grant['policy']}#{grant['sid']}" if grant.get("sid") else f"{grant['policy']}[{grant['index']}]"
