"""Cases about what a channel asks for, and about pictures."""

from collections.abc import Iterator

import pytest

from bridge.connectors.base import PictureSink, SchemaSource
from bridge.errors import ChannelError
from bridge.model import Category, CategorySchema, OpKind, Problem
from bridge.testing.bench import NUMBERS, Bench
from bridge.testing.samples import NOT_A_PICTURE, png

FREE = ("text", "number", "date", "choice_text", "choices_text")
KINDS = (*FREE, "choice", "choices")
LOOKED_AT = 5  # leaves; each costs calls


class SchemaCases:
    def test_parents_come_before_their_children(self, bench: Bench) -> None:
        seen: set[str] = set()
        for category in _source(bench).categories():
            assert category.parent_id is None or category.parent_id in seen, (
                f"{category.category_id} comes before its parent"
            )
            seen.add(category.category_id)

    def test_category_ids_are_unique(self, bench: Bench) -> None:
        ids = [category.category_id for category in _source(bench).categories()]
        assert len(ids) == len(set(ids))
        assert all(isinstance(one, str) and one for one in ids)

    def test_there_are_leaves_and_they_have_no_children(self, bench: Bench) -> None:
        tree = list(_source(bench).categories())
        parents = {category.parent_id for category in tree}
        leaves = [category for category in tree if category.leaf]
        assert leaves, "nothing can be listed anywhere"
        assert not [leaf for leaf in leaves if leaf.category_id in parents]

    def test_inner_category_has_no_schema(self, bench: Bench) -> None:
        source = _source(bench)
        inner = [category for category in source.categories() if not category.leaf]
        if not inner:
            pytest.skip("schema: a flat list of categories")
        with pytest.raises(ChannelError):
            source.schema(inner[0].category_id)

    def test_mandatory_questions_can_be_answered(self, bench: Bench) -> None:
        source = _source(bench)
        for leaf, schema in _schemas(bench):
            for attribute in (a for a in schema.attributes if a.mandatory):
                choices = attribute.options or (
                    source.choices(leaf.category_id, attribute.attribute_id, "") if attribute.kind not in FREE else ()
                )
                assert attribute.kind in FREE or choices, f"{attribute.name} is mandatory, but nothing can be chosen"

    def test_questions_are_of_known_kinds_and_unique(self, bench: Bench) -> None:
        for leaf, schema in _schemas(bench):
            ids = [attribute.attribute_id for attribute in schema.attributes]
            assert len(ids) == len(set(ids)), f"{leaf.name} asks twice"
            assert all(attribute.kind in KINDS for attribute in schema.attributes)

    def test_conditional_questions_name_a_question_of_the_same_category(self, bench: Bench) -> None:
        for _leaf, schema in _schemas(bench):
            ids = {attribute.attribute_id for attribute in schema.attributes}
            assert all(attribute.parent is None or attribute.parent[0] in ids for attribute in schema.attributes)

    def test_limits_are_ordered(self, bench: Bench) -> None:
        for leaf, schema in _schemas(bench):
            assert all(type(number) is int for number in schema.limits.values()), "limits are whole numbers"
            for name, high in ((name, number) for name, number in schema.limits.items() if name.endswith("_max")):
                assert schema.limits.get(f"{name[:-4]}_min", high) <= high, f"{leaf.name}: {name} is below its minimum"

    def test_limits_allow_something_to_be_sold(self, bench: Bench) -> None:
        for _leaf, schema in _schemas(bench):
            for name in ("title_max", "description_max", "images_max", "price_max", "stock_max", "skus_max"):
                assert schema.limits.get(name, 1) >= 1

    def test_schema_version_is_stable(self, bench: Bench) -> None:
        source = _source(bench)
        for leaf, schema in _schemas(bench):
            assert schema.version
            assert source.schema(leaf.category_id) == schema

    def test_choices_near_a_text_are_pairs(self, bench: Bench) -> None:
        source = _source(bench)
        for leaf, schema in _schemas(bench):
            for attribute in [a for a in schema.attributes if a.options][:2]:
                value_id, name = attribute.options[0]
                found = source.choices(leaf.category_id, attribute.attribute_id, name)
                assert (value_id, name) in [tuple(pair) for pair in found], f"{name} is an option, but not found"

    def test_couriers_are_unique_and_possible(self, bench: Bench) -> None:
        for _leaf, schema in _schemas(bench):
            ids = [courier.courier_id for courier in schema.couriers]
            assert len(ids) == len(set(ids))
            assert all(c.min_g is None or c.max_g is None or c.min_g <= c.max_g for c in schema.couriers)

    def test_schema_reads_are_counted_apart(self, bench: Bench) -> None:
        bench.needs_calls()
        source = _source(bench)
        count = bench.world.lent.count
        before = (count.reads, count.writes)
        list(source.categories())
        assert (count.reads, count.writes) == before
        assert count.schema > 0


class PictureCases:
    def test_pictures_get_references_in_order(self, bench: Bench) -> None:
        sink = _sink(bench)
        size = min(3, bench.caps.pictures_per_call)
        answers = sink.upload([png(next(NUMBERS)) for _ in range(size)])
        assert len(answers) == size
        assert all(isinstance(answer, str) and answer for answer in answers)
        assert len(set(answers)) == size, "different pictures have different references"

    def test_full_call_of_pictures_is_answered_whole(self, bench: Bench) -> None:
        sink, size = _sink(bench), min(bench.caps.pictures_per_call, 10)
        answers = sink.upload([png(next(NUMBERS)) for _ in range(size)])
        assert [answer for answer in answers if isinstance(answer, Problem)] == []
        assert len(answers) == size

    def test_bad_picture_fails_alone(self, bench: Bench) -> None:
        sink = _sink(bench)
        good = png(next(NUMBERS))
        if bench.caps.pictures_per_call == 1:
            (bad,), (fine,) = sink.upload([NOT_A_PICTURE]), sink.upload([good])
        else:
            bad, fine = sink.upload([NOT_A_PICTURE, good])
        assert isinstance(bad, Problem), "what is no picture got a reference"
        assert isinstance(fine, str), "a good picture fell with a bad one"

    def test_bad_picture_says_why_and_what_to_do(self, bench: Bench) -> None:
        (bad,) = _sink(bench).upload([NOT_A_PICTURE])
        assert isinstance(bad, Problem)
        assert bad.code
        assert bad.message.strip()
        assert bad.text()

    def test_same_picture_may_go_up_twice(self, bench: Bench) -> None:
        sink, picture = _sink(bench), png(next(NUMBERS))
        answers = [*sink.upload([picture]), *sink.upload([picture])]
        assert all(isinstance(answer, str) for answer in answers)

    def test_reference_serves_two_listings_if_the_flag_says_so(self, bench: Bench) -> None:
        _sink(bench)
        if bench.caps.pictures != "shop":
            pytest.skip(f"capabilities: pictures is {bench.caps.pictures!r}")
        first = bench.listed()
        again = bench.new()
        op = bench.operation(OpKind.CREATE, None, again.skus, {**again.payload, "pictures": first.content["pictures"]})
        bench.finished(bench.settle(op))

    def test_uploads_are_counted_as_writes(self, bench: Bench) -> None:
        sink = _sink(bench)
        before = bench.world.lent.count.writes
        sink.upload([png(next(NUMBERS))])
        assert bench.world.lent.count.writes == before + 1, "an upload is one write"


def _source(bench: Bench) -> SchemaSource:
    if not isinstance(bench.connector, SchemaSource):
        pytest.skip("abilities: no SchemaSource")
    return bench.connector


def _sink(bench: Bench) -> PictureSink:
    if not isinstance(bench.connector, PictureSink):
        pytest.skip("abilities: no PictureSink")
    if bench.caps.pictures == "inline":
        pytest.skip("capabilities: pictures travel in the create")
    return bench.connector


def _schemas(bench: Bench) -> Iterator[tuple[Category, CategorySchema]]:
    source = _source(bench)
    for leaf in [category for category in source.categories() if category.leaf][:LOOKED_AT]:
        yield leaf, source.schema(leaf.category_id)
