"""A record is to its user what a frozen, slotted dataclass is."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import operator
import pickle
from collections.abc import Callable, Iterator
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lampolicy.record import field, fields_of, maker, record, replace
from lampolicy.record._lazy import Constructor, constructor
from tests.record import twins

ALL = pytest.mark.parametrize(
    ("ours", "theirs", "calls"), twins.TWINS, ids=lambda value: getattr(value, "__name__", "")
)
Calls = list[tuple[tuple[Any, ...], dict[str, Any]]]


def _outcome(do: Callable[..., object], *args: object, **named: object) -> str:
    """Give the result as text, or the error; names of twins are made alike."""
    try:
        return repr(do(*args, **named)).replace("Twin", "")
    except Exception as error:  # noqa: BLE001 - which one is what is compared
        return f"{type(error).__name__}: {error}".replace("Twin", "")


def _pairs(ours: Callable[..., Any], theirs: Callable[..., Any], calls: Calls) -> Iterator[tuple[Any, Any]]:
    """Make what can be made of the calls, in both forms."""
    for args, named in calls:
        try:
            yield ours(*args, **named), theirs(*args, **named)
        except TypeError:
            continue


@ALL
def test_the_same_calls_give_the_same_record_or_the_same_error(ours: Any, theirs: Any, calls: Calls) -> None:
    for args, named in calls:
        assert _outcome(ours, *args, **named) == _outcome(theirs, *args, **named)


@ALL
@pytest.mark.parametrize("make", [Constructor, constructor], ids=["the first few", "compiled"])
def test_the_first_few_records_are_made_as_all_others(
    ours: Any, theirs: Any, calls: Calls, make: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = next(cls for cls in ours.__mro__ if "__init__" in vars(cls))
    fields = owner.__record_fields__
    for args, named in calls:
        monkeypatch.setattr(owner, "__init__", make(owner, fields))
        assert [_outcome(ours, *args, **named) for _ in range(40)] == [_outcome(theirs, *args, **named)] * 40


def test_the_constructor_is_compiled_once_it_pays() -> None:
    made: Any = record(type("Made", (), {"__annotations__": {"number": "int"}}))
    before = [made(number) for number in range(32)]
    assert isinstance(vars(made)["__init__"], Constructor)

    after = made(0)

    assert inspect.isfunction(vars(made)["__init__"])
    assert before[0] == after


@ALL
def test_a_maker_makes_what_the_class_makes(ours: type[Any], theirs: Any, calls: Calls) -> None:
    for _ in range(40):
        list(_pairs(ours, theirs, calls))
    make: Any = maker(ours)

    assert (make is ours) is hasattr(ours, "__post_init__")
    for our, their in _pairs(make, theirs, calls):
        assert type(our) is ours
        assert _outcome(repr, our) == _outcome(repr, their)
        for name in ours.__match_args__:
            assert _outcome(setattr, our, name, 1) == _outcome(setattr, their, name, 1)
            assert _outcome(delattr, our, name) == _outcome(delattr, their, name)


def test_a_maker_is_the_class_until_dozens_were_made() -> None:
    made: type[Any] = record(type("Made", (), {"__annotations__": {"number": "int"}}))
    assert maker(made) is made
    before = [made(number) for number in range(33)]

    make: Any = maker(made)
    assert make is not made
    assert make(0) == before[0]


@ALL
def test_the_same_records_are_equal_ordered_and_hashed_alike(ours: Any, theirs: Any, calls: Calls) -> None:
    made = list(_pairs(ours, theirs, calls))
    for our_left, their_left in made:
        assert _outcome(_hashes_like_its_copy, our_left) == _outcome(_hashes_like_its_copy, their_left)
        for our_right, their_right in made:
            for compare in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge):
                assert _outcome(compare, our_left, our_right) == _outcome(compare, their_left, their_right)


def _hashes_like_its_copy(value: object) -> bool:
    return hash(value) == hash(copy.copy(value))


@ALL
def test_records_of_two_classes_are_never_equal(ours: Any, theirs: Any, calls: Calls) -> None:
    if ours is not twins.Written:  # which says otherwise
        assert not [pair for pair in _pairs(ours, theirs, calls) if pair[0] == pair[1]]


@ALL
def test_fields_are_guarded_alike(ours: Any, theirs: Any, calls: Calls) -> None:
    for our, their in _pairs(ours, theirs, calls):
        for name in ours.__match_args__:
            assert _outcome(setattr, our, name, 1) == _outcome(setattr, their, name, 1)
            assert _outcome(delattr, our, name) == _outcome(delattr, their, name)
        assert _outcome(setattr, our, "unheard_of", 1).startswith(("AttributeError", "FrozenInstanceError"))


def test_the_guard_raises_what_dataclasses_raise() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'first'"):
        twins.Base(1).first = 2  # type: ignore[misc]


@ALL
def test_records_are_pickled_and_copied(ours: Any, theirs: Any, calls: Calls) -> None:
    for our, _ in _pairs(ours, theirs, calls):
        for twin in (pickle.loads(pickle.dumps(our)), copy.copy(our), copy.deepcopy(our)):  # noqa: S301 - our own
            assert type(twin) is type(our)
            assert repr(twin) == repr(our)
            assert (twin == our) is (ours is not twins.Itself)


@ALL
def test_dataclasses_and_inspect_see_the_same(ours: Any, theirs: Any, calls: Calls) -> None:
    assert str(inspect.signature(ours)) == str(inspect.signature(theirs))
    assert ours.__match_args__ == theirs.__match_args__
    assert get_type_hints(ours) == get_type_hints(theirs)
    assert get_type_hints(ours.__init__) == get_type_hints(theirs.__init__)
    assert dataclasses.is_dataclass(ours) is True
    assert repr(ours.__dataclass_params__) == repr(theirs.__dataclass_params__)
    assert list(map(_field, dataclasses.fields(ours))) == list(map(_field, dataclasses.fields(theirs)))
    for our, their in _pairs(ours, theirs, calls):
        assert dataclasses.is_dataclass(our)
        assert _outcome(dataclasses.asdict, our) == _outcome(dataclasses.asdict, their)
        assert _outcome(dataclasses.replace, our) == _outcome(dataclasses.replace, their)
        assert not hasattr(our, "__dict__")


def _field(f: Any) -> tuple[object, ...]:
    return (f.name, f.type, f.default, f.default_factory, f.init, f.repr, f.compare, f.kw_only)


@ALL
def test_a_dataclass_may_inherit_from_a_record(ours: Any, theirs: Any, calls: Calls) -> None:
    frozen = ours is not twins.Open
    below = [dataclasses.make_dataclass("Below", [("last", int, 9)], bases=(b,), frozen=frozen) for b in (ours, theirs)]

    assert str(inspect.signature(below[0])) == str(inspect.signature(below[1]))
    assert [_outcome(below[0], *args, **named) for args, named in calls] == [
        _outcome(below[1], *args, **named) for args, named in calls
    ]


def test_an_open_dataclass_cannot_inherit_from_a_record() -> None:
    with pytest.raises(TypeError, match="cannot inherit non-frozen dataclass from a frozen one"):
        dataclasses.make_dataclass("Below", [], bases=(twins.Base,))


@given(st.builds(twins.Place))
def test_hypothesis_builds_records_by_their_types(place: twins.Place) -> None:
    assert isinstance(place.name, str)
    assert isinstance(place.column, int)


@given(st.from_type(twins.Derived), st.integers())
def test_replace_changes_what_it_is_told(value: twins.Derived, number: int) -> None:
    assert replace(value, second=number) == dataclasses.replace(value, second=number)
    assert replace(value) == value


def test_a_default_is_made_anew_for_every_record() -> None:
    assert twins.Place("a").notes is not twins.Place("a").notes


def test_fields_are_told_in_the_order_of_the_arguments() -> None:
    assert [f.name for f in fields_of(twins.Derived)] == ["first", "second", "third"]


def test_positional_patterns_take_records_apart() -> None:
    match twins.Place("a", 4):
        case twins.Place(name, column):
            assert (name, column) == ("a", 4)
        case _:
            pytest.fail("the pattern does not fit")


def test_a_class_keeps_what_belongs_to_it() -> None:
    assert twins.Place.__doc__ == "A record with defaults of every kind."
    assert twins.Place.__qualname__ == "Place"
    assert twins.Place.__module__ == twins.__name__
    assert twins.Place.__slots__ == twins.PlaceTwin.__slots__  # type: ignore[attr-defined]


def test_a_class_inside_a_function_is_a_record_too() -> None:
    @record
    class Local:
        number: int = field(default=4)

    assert repr(Local()) == "test_a_class_inside_a_function_is_a_record_too.<locals>.Local(number=4)"
