"""The error table: every code of the reference, the messages that change a code's meaning, and how an unknown code is taken."""

import re
from datetime import UTC, datetime, time, timedelta
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from bridge.connectors.base import Verdict
from bridge.connectors.codes import NO_CODE
from bridge.connectors.outcomes import Campaign, Locked, verdict_of
from bridge.connectors.shopee import plugin
from bridge.connectors.shopee.errors import TABLE, classifier, forms_of, normalise, reason_of
from bridge.errors import (
    AuthExpired,
    ChannelError,
    ChannelUnavailable,
    Misconfigured,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    ShopBlocked,
    TokenExpired,
)

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
judge = classifier(lambda: NOW, time(16, 0))


def read(code: object, message: str = "", status: int = 200, **more: object) -> ChannelError | None:
    return judge(status, {}, {"request_id": "r", "error": code, "message": message, **more})


# class, meaning → codes as the documents spell them, with or without their module
CASES: dict[tuple[type[ChannelError], str], str] = {
    (
        AuthExpired,
        "consent",
    ): """partner_shop_no_link shop_no_linked refresh_token_expired shop_access_expired invalid_code
        error_shop_refresh_token invalid_shop_id invalid_main_acount_id invalid_main_account_id""",
    (TokenExpired, "token"): "invalid_acceess_token invalid_access_token",
    (Misconfigured, "scope"): "error_api_permission error_permission error_ashop_api_permission",
    (Misconfigured, "key"): "error_sign invalid_partner_id error_partner_key_expired",
    (Misconfigured, "ip_address"): "source_ip_undeclared",
    (Misconfigured, "app_suspended"): "error_api_call_restricted api_suspended partner_frozen",
    (ShopBlocked, "shop_banned"): "shop_banned user_banned",
    (ShopBlocked, "shop_setup"): "error_kyc_auth",
    (Rejected, "shop_banned"): """error_seller_under_penalty error_busi_invalid_shop_status
        error_busi_invalid_account_status""",
    (Locked, "holiday"): "error_holiday_mode_change_stock error_holiday_on_add_item",
    (Rejected, "listing_limit"): "error_reach_shop_item_limit",
    (RateLimited, "throttled"): "error_rate_limit product.error_rate_limit",
    (RateLimited, "app_quota"): "error_limit",
    (
        OutcomeUnknown,
        "trouble",
    ): """error_server product.error_server error_network error_inner error_system_busy error_unknown
        error_other error_data error_shop error_param_shop_id_not_found error_get_shop_fail error_update_price_fail
        error_slash_price_load""",
    (
        Campaign,
        "campaign",
    ): """error_cannt_edit_name_in_promotion error_item_in_promotion error_cannt_init_tier_in_promotion
        error_cannt_change_tier_variation_in_promotion error_model_remove_model_in_promotion error_unlist_in_promotion
        error_flash_sale_days_to_ship_lock error_cannt_edit_price_in_promotion error_in_item_promotion_item_price_lock
        error_cannot_update_price_in_promotion error_cannt_edit_stock_in_promotion error_promotion_cantnot_update_stock
        error_model_update_stock_model_in_promotion product.error_slash_price_of_today""",
    (Locked, "stock_held"): "error_wms_shop_block_upate_stock",
    (Rejected, "title_length"): """error_name_length_limit error_title_exceeds_max_length error_item_name_is_too_short
        error_item_name_empty""",
    (Rejected, "title_signs"): "error_title_character_forbidden",
    (Rejected, "description"): "error_desc_length_min_limit error_desc_hash_tag_over_limit",
    (Rejected, "picture_count"): "error_image_num_min",
    (Rejected, "picture_unusable"): "error_image_unavailable error_desc_image_no_pass",
    (Rejected, "audit"): "error_check_luc_fail",
    (Rejected, "duplicate"): "error_repeated_mtsku",
    (Rejected, "category_unknown"): "error_invalid_category error_category",
    (Rejected, "category_blocked"): "error_category_is_block error_forbidden_category",
    (Rejected, "attribute_missing"): "error_less_required_attribute",
    (Rejected, "attribute_wrong"): """error_attribute error_invalid_category_attribute error_invalid_attribute
        error_invalid_attribute_value error_value_name_required error_value_id_must_equal_zero""",
    (Rejected, "brand"): """error_brand error_less_required_brand error_invalid_brand error_incalid_brand
        error_brand_forbidden""",
    (Rejected, "extras"): "error_param_validate",
    (Rejected, "variants_too_many"): "error_tier_var_too_many error_tier_opt_too_many error_model_count_over_limit",
    (Rejected, "variant_names"): """error_tier_opt_val_too_long error_tier_var_name_too_long error_model_duplicate_name
        error_nil_name_new_item_model""",
    (
        Rejected,
        "variants_differ",
    ): """error_model_duplicate_tier_variation_index error_model_invalid_model_id error_tier_index
        error_duplicate_modelid error_wrong_modelid error_tier_var_level_not_same error_tier_var_is_
        error_busi_cannot_delete_all_model error_edit_item_price_for_item_has_model
        error_edit_item_stock_for_item_has_model error_in_item_promotion_nomodel_to_models
        product.error_in_item_promotion_nomodel_to_models""",
    (Rejected, "price_range"): """error_invalid_price error_price_exceed_min_limitt error_price_exceed_max_limitt
        error_price_out_of_range product.error_price_out_of_range""",
    (Rejected, "wholesale"): """error_price_should_be_same_for_wholesales error_wholesale_price_less_than_ratio_limit
        error_busi_price_lower_then_wholesale_price""",
    (Rejected, "courier"): "error_invalid_logistic_info error_invalid_price_for_logistic",
    (Rejected, "preorder"): """error_invalid_days_to_ship error_category_dts
        error_param_category_not_support_pre_order""",
    (Rejected, "stock_of_channel"): "error_busi_cannot_edit_vsku",
    (Rejected, "warehouse"): "warehouse.error_not_in_whitelist warehouse.error_can_not_find_warehouse",
    (Rejected, "not_found"): """error_not_found error_item_not_found error_item_not_belong_shop
        error_item_or_variation_not_found""",
    (Rejected, "wrong_status"): """error_unlist_item_fail error_item_uneditable error_busi_item_status_invalid
        error_busi_cannot_update_field error_set_normal_unlisted_item""",
    (Rejected, "order_status"): """order.error_limit order.cancel_order_invalid_status order.order_status_invalid
        logistics.package_already_shipped logistics.order_status_error logistics.shipping_document_should_print_first""",
    (ChannelUnavailable, "order_busy"): """logistics.logistic_order_is_locked_on_creating logistics.download_later
        logistics.package_print_failed logistics.package_can_not_print""",
    (Locked, "order_busy"): "logistics.ship_order_not_ready_to_ship",
    (Rejected, "shipping_way"): """logistics.ship_order_need_address_id logistics.ship_order_unsupport_pickup
        logistics.ship_order_only_support_one_type""",
    (Rejected, "request"): """order.order_list_invalid_time error_update_time_range error_param_item_status
        error_video_info_not_found""",
    (Rejected, "value"): """error_param product.error_param error.param error_busi product.error_busi
        error_busi_update_stock_failed error_unlist_item_all_failed common.batch_api_all_failed""",
}

# the codes that mean several things, by their words
WORDS: list[tuple[str, str, type[ChannelError], str]] = [
    ("error_auth", "Invalid access_token, please have a check.", TokenExpired, "token"),
    ("product.error_auth", "invalid access_token", TokenExpired, "token"),
    ("error_auth", "Invalid refresh_token.", AuthExpired, "consent"),
    ("error_auth", "Invalid code", AuthExpired, "consent"),
    ("error_auth", "invalid partner_id or shopid", AuthExpired, "consent"),
    ("error_auth", "Invalid partner_id", Misconfigured, "key"),
    ("common.error_auth", "Invalid sign", Misconfigured, "key"),
    ("error_auth", "No permission to call this API", Misconfigured, "scope"),
    ("error_auth", "The app is restricted", Misconfigured, "scope"),
    ("error_auth", "System error, please try again later.", OutcomeUnknown, "trouble"),
    ("error_auth", "Total stock must be more than reserved stock", Locked, "stock_held"),
    ("error_auth", "normal stock must be equal to 0", Rejected, "stock_of_channel"),
    ("error_server", "normal stock must be equal to 0", Rejected, "stock_of_channel"),
    ("error_auth", "Lack of location_id", Rejected, "warehouse"),
    ("error_auth", "location_id IDZ is not matched", Rejected, "warehouse"),
    ("error_auth", "do not have right to use seller location_id", Rejected, "warehouse"),
    ("error_auth", "something nobody has seen", OutcomeUnknown, ""),
    ("error_param", "Timestamp is expired.", Misconfigured, "clock"),
    ("error_param", "no timestamp", Misconfigured, "clock"),
    ("error_param", "There is no sign in query.", Misconfigured, "key"),
    ("error_param", "There is no partner_id in query.", Misconfigured, "key"),
    ("error_param", "Permission denied: offline or the path is incorrect", Misconfigured, "request"),
    ("error_param", "Wrong parameters, detail: order_sn is a required field.", Rejected, "request"),
    ("product.error_param", "invalid field ItemId: value must  Not Null", Rejected, "request"),
    ("product.error_param", "EOF", Rejected, "request"),
    ("error_param", "must set one of item_name, item_sku, attribute_status", Rejected, "request"),
    ("product.error_param", "Wrong model_id.", Rejected, "variants_differ"),
    ("product.error_param", "Repeat model_id.", Rejected, "variants_differ"),
    ("error_param", "The level of tier-variation is not change.", Rejected, "variants_differ"),
    ("error_param", "stock less than reserved stock", Locked, "stock_held"),
    ("error.param", "stock less than reserve stock", Locked, "stock_held"),
    ("error_param", "different stock structure", Rejected, "warehouse"),
    ("product.error_param", "image is invalid or not supported", Rejected, "picture_unusable"),
    ("error_param", "Description length is bigger than the max limit.", Rejected, "description"),
    ("error_param", "Invalid Weight.", Rejected, "parcel"),
    ("error_param", "dimension is required", Rejected, "parcel"),
    ("error_param", "Name is odd", Rejected, "value"),
    ("error.param", "anything", Rejected, "value"),
    ("logistics.error_param", "The order is being allocated", ChannelUnavailable, "order_busy"),
    ("product.error_busi", "Stock should be within 2-1000000 for model", Rejected, "stock_range"),
    ("error_busi", "the highest model price must not exceed 7 times the lowest", Rejected, "price_ratio"),
    ("error_busi", "logistic must be free", Rejected, "courier"),
    ("error_busi", "multi warehouse, please input location id", Rejected, "warehouse"),
    ("product.error_busi", "GTIN is required", Rejected, "extras"),
    ("product.error_busi", "medicine_id is required", Rejected, "extras"),
    ("product.error_busi", "size chart is required", Rejected, "extras"),
    ("error_data", "parse data failed", OutcomeUnknown, "trouble"),
    ("error_data", "data not exist", Rejected, "not_found"),
    ("error_not_found", "Wrong parameters, detail: the order is not found.", Rejected, "order_gone"),
    ("error_inner", "Update item failed", OutcomeUnknown, "trouble"),
    ("order. error_limit", "", Rejected, "order_status"),
    ("error attribute", "", Rejected, "attribute_wrong"),
    ("error brand", "", Rejected, "brand"),
    ("error category", "", Rejected, "category_unknown"),
    ("product.error_limit", "whose limit, nobody has seen", OutcomeUnknown, ""),
    ("error_brand_new_code", "never seen", OutcomeUnknown, ""),
]
LISTED = [(code, kind, meaning) for (kind, meaning), codes in CASES.items() for code in codes.split()]


@pytest.mark.parametrize(("code", "message", "kind", "meaning"), WORDS)
def test_words_tell_what_a_code_means(code: str, message: str, kind: type[ChannelError], meaning: str) -> None:
    error = read(code, message)
    assert (type(error), getattr(error, "meaning", None)) == (kind, meaning)
    assert message in str(error)


@pytest.mark.parametrize(("code", "kind", "meaning"), LISTED, ids=[code for code, _, _ in LISTED])
def test_a_code_means_one_class_and_one_thing(code: str, kind: type[ChannelError], meaning: str) -> None:
    error = read(code, "its own words")
    assert (type(error), getattr(error, "meaning", None)) == (kind, meaning)
    assert str(error) == f"{code}: its own words"


@pytest.mark.parametrize(("code", "kind", "meaning"), LISTED, ids=[code for code, _, _ in LISTED])
def test_a_stored_refusal_means_the_same(code: str, kind: type[ChannelError], meaning: str) -> None:
    """The journal keeps the code of the outcome, which of a lock is ours, and the text of the error."""
    error = read(code, "its own words")
    assert error is not None
    assert plugin.meaning(verdict_of(error)[1], str(error)) == meaning


def test_every_code_of_the_table_has_a_case() -> None:
    asked = {form for code in (*(row[0] for row in LISTED), *(row[0] for row in WORDS)) for form in forms_of(code)}
    listed = {code for row in TABLE.rows for code in row.codes.split()} - {NO_CODE}
    assert {code for code in listed if not any(fnmatchcase(form, code) for form in asked)} == set()


def test_every_code_of_the_fact_sheet_has_a_case(shared_data: Path) -> None:
    sheet = (shared_data.parent / "platforms" / "shopee.md").read_text(encoding="utf-8")
    catalogue = sheet[sheet.index("### 6.2") : sheet.index("### 6.3")]
    named = set(re.findall(r"`((?:[a-z]+\. ?)?error[_. ][a-z_]+)`", sheet))
    tables = re.findall(r"^\| (`.*?) \|", catalogue, re.MULTILINE)  # the first column of the catalogue's tables
    for part in (*tables, sheet[sheet.index("Refresh errors:") : sheet.index("`GET /api/v2/public/get_shops")]):
        named |= {code for code in re.findall(r"`([a-z_.*]+)`", part) if "_" in code}
    cases = {row[0] for row in (*LISTED, *WORDS)}
    assert len(named) > 140
    assert {code for code in named if not any(fnmatchcase(case, f"*{code}") for case in cases)} == set()


def test_an_unknown_code_means_nothing_to_people() -> None:
    assert plugin.meaning("error_brand_new_code", "error_brand_new_code: never seen") is None
    assert plugin.meaning("", "") is None
    assert plugin.meaning("price_missing", "a new listing needs a price for each of its variants") == "price_missing"
    assert plugin.meaning("alone", "product.error_title_character_forbidden: no emoji") == "title_signs"


def test_the_daily_quota_waits_for_its_reset_and_concerns_the_app() -> None:
    error = read("error_limit", "quota")
    assert isinstance(error, RateLimited)
    assert (error.scope, error.retry_after) == ("app", timedelta(hours=1))


@pytest.mark.parametrize("code", ["", None, "-"])
def test_no_code_is_success(code: object) -> None:
    assert read(code) is None


def test_an_absent_error_with_payload_is_success_unless_the_status_says_otherwise() -> None:
    assert judge(200, {}, {"request_id": "r", "authed_shop_list": []}) is None
    assert isinstance(judge(500, {}, {"request_id": "r"}), OutcomeUnknown)


def test_the_body_counts_whatever_the_status() -> None:
    assert isinstance(read("error_not_found", "the order is not found", 404), Rejected)
    assert isinstance(read("error_auth", "Invalid access_token", 403), TokenExpired)


def test_an_answer_that_is_no_object_is_unknown() -> None:
    assert isinstance(judge(200, {}, [1]), OutcomeUnknown)


def test_messages_are_read_in_every_spelling() -> None:
    for name in ("message", "msg", "mesage"):
        assert "why" in str(judge(200, {}, {"error": "error_busi", name: "why"}))


def test_a_batch_that_failed_row_by_row_is_an_answer() -> None:
    rows = {"failure_list": [{"model_id": 1, "failed_reason": "x"}]}
    assert read("error_busi_update_stock_failed", response=rows) is None
    assert read("product.error_unlist_item_all_failed", response=rows) is None
    assert isinstance(read("error_busi_update_stock_failed"), Rejected)
    assert isinstance(read("error_busi_update_stock_failed", response={"failure_list": []}), Rejected)


def test_stray_blanks_do_not_matter() -> None:
    assert normalise(" order. error_limit ") == "order.error_limit"


@pytest.mark.parametrize(
    ("reason", "verdict", "code"),
    [
        ("error_cannt_edit_price_in_promotion: item is in promotion", Verdict.RETRY, "campaign"),
        ("The item is under promotion", Verdict.RETRY, "campaign"),
        ("The item is under review", Verdict.RETRY, "locked"),
        ("stock is less than reserved stock", Verdict.RETRY, "locked"),
        ("item is under review", Verdict.RETRY, "locked"),
        ("product.error_server try again", Verdict.RETRY, ""),
        ("error_param: Wrong model_id.", Verdict.REJECTED, "error_param"),
        ("error_busi: the shop is on holiday", Verdict.RETRY, "locked"),
        ("error_sign: Wrong sign.", Verdict.REJECTED, "error_sign"),
        ("error_never_seen: what is this", Verdict.RETRY, ""),
        ("price is too low", Verdict.REJECTED, ""),
    ],
)
def test_a_rows_reason_is_read_by_code_and_words(reason: str, verdict: Verdict, code: str) -> None:
    assert verdict_of(reason_of(reason)) == (verdict, code)


@pytest.mark.parametrize(
    ("code", "reason", "meaning"),
    [
        ("campaign", "error_cannt_edit_price_in_promotion: item is in promotion", "campaign"),
        ("locked", "stock is less than reserved stock", "stock_held"),
        ("locked", "The shop is on holiday", "holiday"),
        ("", "Stock should be within 5-10000000 for model", "stock_range"),
        ("error_param", "error_param: Wrong model_id.", "variants_differ"),
        ("zero_refused", "Stock should be within 5-10000000 for model", "zero_refused"),
        ("", "price is too low", None),
    ],
)
def test_a_stored_rows_reason_keeps_its_meaning(code: str, reason: str, meaning: str | None) -> None:
    assert plugin.meaning(code, reason) == meaning
