"""Connectors that are wrong about themselves, their schema or pictures. Each is wrong in one way."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bridge.connectors.base import Batch, Find, RemoteShop
from bridge.connectors.memory import STANDARD, MemoryConnector
from bridge.errors import Rejected
from bridge.model import Attribute, CategorySchema, OpKind, Problem
from bridge.testing.samples import unique
from tests.wrong.base import caught_by

# --- flags ---------------------------------------------------------------------------------------------------------


@caught_by("test_check_names_the_shop")
class ChecksAnotherShop(MemoryConnector):
    def check(self) -> RemoteShop:
        return replace(super().check(), remote_id="2")


@caught_by("test_check_names_locations_and_what_is_blocked")
class HasNoLocation(MemoryConnector):
    def check(self) -> RemoteShop:
        return replace(super().check(), locations=())


@caught_by("test_capabilities_never_change_and_cost_no_call")
class AsksForItsCapabilities(MemoryConnector):
    def capabilities(self) -> Any:
        self.check()
        return super().capabilities()


@caught_by("test_everything_can_be_listed", finds=frozenset({Find.ID}))
class CannotListAll(MemoryConnector):
    pass


@caught_by("test_kinds_of_one_call_have_one_size", batch={**STANDARD.batch, OpKind.PRICE: Batch("values", 1)})
class HasTwoSizes(MemoryConnector):
    pass


@caught_by(
    "test_late_kinds_are_kinds_that_can_be_written", batch={OpKind.STOCK: Batch("stock")}, late=frozenset(OpKind)
)
class IsLateWithWhatItCannot(MemoryConnector):
    pass


@caught_by(
    "test_order_writes_travel_apart_from_listing_writes",
    batch={**STANDARD.batch, OpKind.SHIP: Batch("values", 20, 200)},
)
class ShipsWithTheStock(MemoryConnector):
    pass


@caught_by(
    "test_file_road_makes_no_calls",
    "test_what_a_person_carries_is_late",
    "test_create_by_file_is_accepted_with_a_ticket",
    by_file=True,
)
class SaysItGoesByFile(MemoryConnector):
    pass


@caught_by("test_flags_have_known_values", pictures="somewhere")
@caught_by("test_numbers_are_positive", concurrent_calls=0)
@caught_by("test_lags_windows_and_horizons_have_sense", write_horizon=timedelta(0))
class SaysNonsense(MemoryConnector):
    pass


# --- schema and pictures -------------------------------------------------------------------------------------------


@caught_by("test_parents_come_before_their_children")
class GivesChildrenFirst(MemoryConnector):
    def categories(self) -> Any:
        yield from list(super().categories())[::-1]


@caught_by("test_there_are_leaves_and_they_have_no_children")
class CallsEverythingALeaf(MemoryConnector):
    def categories(self) -> Any:
        yield from (replace(category, leaf=True) for category in list(super().categories())[1:])
        yield replace(next(iter(super().categories())), leaf=True)


class _OtherSchema(MemoryConnector):
    def other(self, schema: CategorySchema) -> CategorySchema:
        return schema

    def schema(self, category_id: str) -> CategorySchema:
        return self.other(super().schema(category_id))


@caught_by("test_mandatory_questions_can_be_answered")
class AsksWhatNobodyCanAnswer(_OtherSchema):
    def other(self, schema: CategorySchema) -> CategorySchema:
        return replace(schema, attributes=(*schema.attributes, Attribute("9", "Rahasia", True, "choice")))


@caught_by("test_questions_are_of_known_kinds_and_unique")
class AsksStrangely(_OtherSchema):
    def other(self, schema: CategorySchema) -> CategorySchema:
        return replace(schema, attributes=(*schema.attributes, Attribute("9", "Bentuk", False, "dropdown")))


@caught_by("test_conditional_questions_name_a_question_of_the_same_category")
class AsksAfterNothing(_OtherSchema):
    def other(self, schema: CategorySchema) -> CategorySchema:
        return replace(schema, attributes=(Attribute("9", "Anak", False, "text", parent=("404", "1")),))


@caught_by("test_limits_are_ordered")
class HasImpossibleLimits(_OtherSchema):
    def other(self, schema: CategorySchema) -> CategorySchema:
        return replace(schema, limits={**schema.limits, "price_min": 10, "price_max": 5})


@caught_by("test_schema_version_is_stable")
class HasANewVersionEachTime(_OtherSchema):
    def other(self, schema: CategorySchema) -> CategorySchema:
        return replace(schema, version=unique())


@caught_by("test_inner_category_has_no_schema")
class HasASchemaForEverything(MemoryConnector):
    def schema(self, category_id: str) -> CategorySchema:
        return super().schema("101")


@caught_by("test_choices_near_a_text_are_pairs")
class KnowsNoChoices(MemoryConnector):
    def choices(self, category_id: str, attribute_id: str, text: str) -> Sequence[tuple[str, str]]:
        return []


@caught_by("test_pictures_get_references_in_order", "test_bad_picture_fails_alone")
class GivesOneReference(MemoryConnector):
    def upload(self, pictures: Sequence[bytes]) -> Sequence[str | Problem]:
        return ["gambar"] * len(super().upload(pictures))


@caught_by("test_bad_picture_fails_alone", "test_bad_picture_says_why_and_what_to_do")
class RaisesForABadPicture(MemoryConnector):
    def upload(self, pictures: Sequence[bytes]) -> Sequence[str | Problem]:
        answers = super().upload(pictures)
        if any(isinstance(answer, Problem) for answer in answers):
            raise Rejected("bad picture")
        return answers


@caught_by("test_full_call_of_pictures_is_answered_whole")
class UploadsOneOnly(MemoryConnector):
    def upload(self, pictures: Sequence[bytes]) -> Sequence[str | Problem]:
        return super().upload(pictures[:1])


@caught_by("test_reference_serves_two_listings_if_the_flag_says_so", shape="fresh-pictures")
class SaysPicturesServeTheShop(MemoryConnector):
    def capabilities(self) -> Any:
        return replace(super().capabilities(), pictures="shop")


@caught_by("test_uploads_are_counted_as_writes")
class UploadsSecretly(MemoryConnector):
    def upload(self, pictures: Sequence[bytes]) -> Sequence[str | Problem]:
        answers = super().upload(pictures)
        self._ports.count.writes -= 1
        return answers
