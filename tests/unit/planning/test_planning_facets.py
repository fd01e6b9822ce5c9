"""Facets: a fingerprint says whether two values are equal; what was settled is not written again."""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.planning.fingerprint import fingerprint, needs_write

leaves = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text('aé–😀"\\', max_size=4)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner), max_leaves=6
)
payloads = st.dictionaries(st.sampled_from(["title", "prices", "visible"]), leaves)


def shuffled(value: Any, chance: Any) -> Any:
    """The same value with the keys of every dictionary in another order."""
    if isinstance(value, dict):
        pairs = [(key, shuffled(inner, chance)) for key, inner in value.items()]
        chance.shuffle(pairs)
        return dict(pairs)
    return [shuffled(inner, chance) for inner in value] if isinstance(value, list) else value


@given(values, st.randoms(use_true_random=False))
def test_the_order_of_keys_is_irrelevant(value: Any, chance: Any) -> None:
    assert fingerprint(shuffled(value, chance)) == fingerprint(value)


@given(values)
def test_a_value_that_was_stored_as_json_keeps_its_fingerprint(value: Any) -> None:
    assert fingerprint(json.loads(json.dumps(value))) == fingerprint(value)


@given(values, values)
def test_different_values_have_different_fingerprints(one: Any, two: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)
    assert (fingerprint(one) == fingerprint(two)) is same


@given(values)
def test_a_fingerprint_is_twenty_hex_digits(value: Any) -> None:
    word = fingerprint(value)
    assert len(word) == 20
    int(word, 16)


def test_tuples_and_lists_are_alike_and_the_order_of_items_counts() -> None:
    assert fingerprint(("a", 1)) == fingerprint(["a", 1])
    assert fingerprint(["a", 1]) != fingerprint([1, "a"])
    assert fingerprint("") != fingerprint(None)
    assert fingerprint(0) != fingerprint(False)


def test_a_fingerprint_never_changes_between_releases() -> None:
    assert fingerprint({"title": "Kopi Gayo – 250 g", "prices": {"A": 0}}) == "2864902fa642402eb936"


@pytest.mark.parametrize(
    ("desired", "applied", "rejected", "needed"),
    [
        ("a", None, None, True),
        ("a", "a", None, False),
        ("a", "b", None, True),
        ("a", None, "a", False),
        ("a", "b", "a", False),
        ("a", "b", "b", True),
        ("a", "a", "a", False),
        ("a", "a", "b", False),
    ],
)
def test_needs_write(desired: str, applied: str | None, rejected: str | None, needed: bool) -> None:
    assert needs_write(desired, applied, rejected) is needed


@dataclass(frozen=True)
class Facet:
    """One facet as the store keeps it, settled as the engine does."""

    desired: Any
    applied: str | None = None
    rejected: str | None = None

    @property
    def is_dirty(self) -> bool:
        return needs_write(fingerprint(self.desired), self.applied, self.rejected)

    def settle(self, sent: str, verdict: str) -> "Facet":
        """`sent` is the fingerprint of what was written, never the current desired."""
        if verdict == "done":
            return replace(self, applied=sent)
        return replace(self, rejected=sent) if verdict == "rejected" else self


def apply(facets: list[Facet], verdicts: list[str]) -> list[Facet]:
    """Writes what is dirty; each write is settled on its own."""
    told = iter(verdicts)
    return [facet.settle(fingerprint(facet.desired), next(told)) if facet.is_dirty else facet for facet in facets]


facets = st.lists(st.builds(Facet, payloads), min_size=1, max_size=5)


@given(facets)
def test_a_plan_after_apply_is_empty(every: list[Facet]) -> None:
    assert not any(facet.is_dirty for facet in apply(every, ["done"] * len(every)))


@given(facets, st.data())
def test_what_was_refused_is_sent_again_only_when_the_data_change(every: list[Facet], data: st.DataObject) -> None:
    verdicts = data.draw(st.lists(st.sampled_from(["done", "rejected"]), min_size=len(every), max_size=len(every)))
    after = apply(every, verdicts)
    assert not any(facet.is_dirty for facet in after)
    for facet in after:
        changed = replace(facet, desired={**facet.desired, "title": "another title of this test"})
        assert changed.is_dirty


@given(facets, st.data())
def test_what_is_unknown_or_must_wait_stays_dirty(every: list[Facet], data: st.DataObject) -> None:
    verdicts = data.draw(
        st.lists(st.sampled_from(["unknown", "retry", "done"]), min_size=len(every), max_size=len(every))
    )
    after = apply(every, verdicts)
    assert [facet.is_dirty for facet in after] == [verdict != "done" for verdict in verdicts]
    assert not any(facet.is_dirty for facet in apply(after, ["done"] * len(every)))


@given(payloads, payloads)
def test_a_change_during_the_write_is_written_afterwards(old: Any, new: Any) -> None:
    sent = fingerprint(old)
    facet = Facet(new).settle(sent, "done")  # desired changed while the old value was on its way
    assert facet.is_dirty is (fingerprint(new) != sent)


@given(payloads, payloads)
def test_a_change_taken_back_before_it_was_sent_costs_nothing(old: Any, new: Any) -> None:
    settled = Facet(old).settle(fingerprint(old), "done")
    assert not replace(replace(settled, desired=new), desired=old).is_dirty
