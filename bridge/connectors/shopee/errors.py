"""What Shopee's error codes mean for us: one table, by code and, where a code has several meanings, by words of its message.

Codes and texts are those of the reference's error lists (copy of 2026-08), as the fact sheet of 2026-11 has them. A code that is
not here is OutcomeUnknown: on a write nobody may take it for success or for failure.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bridge.connectors.codes import Row, Table, error_for
from bridge.connectors.http import by_status
from bridge.connectors.limits import next_reset
from bridge.connectors.meanings import Meaning
from bridge.connectors.outcomes import Campaign, Locked
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

DATA = "- error_param error.param error_busi"  # one code, or none, for many faults of the data: the words tell
_PER_ROW = frozenset(
    {
        "error_busi_update_stock_failed",
        "error_unlist_item_all_failed",
        "error_update_price_fail",
        "batch_api_all_failed",
    }
)
_CODE_IN_TEXT = re.compile(r"\b(?:[a-z]+\.)?error[._][a-z_]+")


def normalise(code: str) -> str:
    """Without stray blanks, at both ends or around the dots."""
    return re.sub(r"\s*\.\s*", ".", code.strip())


def forms_of(code: str) -> Sequence[str]:
    """The whole code, then without its module; `update_item` spells three codes with a blank. Of the daily quota, no module's own
    `error_limit` is a form: that of the orders is about their state."""
    full = normalise(code).replace(" ", "_")
    last = full.rsplit(".", 1)[-1]
    return (full,) if last == "error_limit" else (full, last)


TABLE = Table(
    # the token, the consent, the app
    Row(AuthExpired, Meaning.CONSENT, "error_auth", r"refresh.?token|invalid code|shop_?id|not? link"),
    Row(
        AuthExpired,
        Meaning.CONSENT,
        """partner_shop_no_link shop_no_linked refresh_token_expired shop_access_expired error_shop_refresh_token invalid_code
        invalid_shop_id invalid_main_acount_id invalid_main_account_id""",
    ),
    Row(TokenExpired, Meaning.TOKEN, "error_auth", r"access.?token"),
    Row(TokenExpired, Meaning.TOKEN, "invalid_acceess_token invalid_access_token"),
    Row(Locked, Meaning.STOCK_HELD, f"error_auth {DATA}", r"reserved? stock"),
    Row(Rejected, Meaning.STOCK_OF_CHANNEL, "error_auth error_server", r"normal stock must"),
    Row(Rejected, Meaning.WAREHOUSE, "error_auth", r"location_id"),
    Row(Misconfigured, Meaning.CLOCK, "error_param", r"timestamp"),
    Row(Misconfigured, Meaning.KEY, "error_param", r"no sign|no partner|partner_id"),
    Row(Misconfigured, Meaning.REQUEST, "error_param", r"permission denied|path is incorrect"),
    Row(Misconfigured, Meaning.SCOPE, "error_auth", r"permission|restricted"),
    Row(Misconfigured, Meaning.SCOPE, "error_api_permission error_permission error_ashop_api_permission"),
    Row(Misconfigured, Meaning.KEY, "error_auth", r"partner|sign"),
    Row(Misconfigured, Meaning.KEY, "error_sign invalid_partner_id error_partner_key_expired"),
    Row(Misconfigured, Meaning.IP_ADDRESS, "source_ip_undeclared"),
    Row(Misconfigured, Meaning.APP_SUSPENDED, "error_api_call_restricted api_suspended partner_frozen"),
    # the shop
    Row(ShopBlocked, Meaning.SHOP_BANNED, "shop_banned user_banned"),
    Row(ShopBlocked, Meaning.SHOP_SETUP, "error_kyc_auth"),
    Row(
        Rejected,
        Meaning.SHOP_BANNED,
        "error_seller_under_penalty error_busi_invalid_shop_status error_busi_invalid_account_status",
    ),
    Row(Locked, Meaning.HOLIDAY, "error_holiday_mode_change_stock error_holiday_on_add_item"),
    Row(Locked, Meaning.HOLIDAY, "-", r"holiday"),
    Row(Rejected, Meaning.LISTING_LIMIT, "error_reach_shop_item_limit"),
    # traffic and trouble
    Row(RateLimited, Meaning.THROTTLED, "error_rate_limit"),
    Row(RateLimited, Meaning.APP_QUOTA, "error_limit"),
    Row(OutcomeUnknown, Meaning.TROUBLE, "error_auth", r"system error"),
    Row(
        OutcomeUnknown,
        Meaning.TROUBLE,
        """error_server error_network error_inner error_system_busy error_unknown error_other error_data error_shop
        error_param_shop_id_not_found error_get_shop_fail error_update_price_fail error_slash_price_load""",
    ),
    # held by a campaign: every code of this form, save the exceptions that stand elsewhere by name
    Row(Campaign, Meaning.CAMPAIGN, "*in_promotion* *_promotion_* *slash_price* *_lock *promotion_cantnot*"),
    Row(Campaign, Meaning.CAMPAIGN, "-", r"promotion|campaign|flash sale"),
    Row(Locked, Meaning.LOCKED, "-", r"under review|reviewing"),
    Row(Locked, Meaning.STOCK_HELD, "error_wms_shop_block_upate_stock"),
    # title, description, pictures
    Row(
        Rejected,
        Meaning.TITLE_LENGTH,
        "error_name_length_limit error_title_exceeds_max_length error_item_name_is_too_short error_item_name_empty",
    ),
    Row(Rejected, Meaning.TITLE_SIGNS, "error_title_character_forbidden"),
    Row(Rejected, Meaning.DESCRIPTION, "error_desc_length_min_limit error_desc_hash_tag_over_limit"),
    Row(Rejected, Meaning.DESCRIPTION, DATA, r"description"),
    Row(Rejected, Meaning.PICTURE_COUNT, "error_image_num_min"),
    Row(Rejected, Meaning.PICTURE_UNUSABLE, "error_image_unavailable error_desc_image_no_pass"),
    Row(Rejected, Meaning.PICTURE_UNUSABLE, DATA, r"image is invalid"),
    Row(Rejected, Meaning.AUDIT, "error_check_luc_fail"),
    Row(Rejected, Meaning.DUPLICATE, "error_repeated_mtsku"),
    # category, attributes, brand
    Row(Rejected, Meaning.CATEGORY_UNKNOWN, "error_invalid_category error_category"),
    Row(Rejected, Meaning.CATEGORY_BLOCKED, "error_category_is_block error_forbidden_category"),
    Row(Rejected, Meaning.ATTRIBUTE_MISSING, "error_less_required_attribute"),
    Row(
        Rejected,
        Meaning.ATTRIBUTE_WRONG,
        """error_attribute error_invalid_category_attribute error_invalid_attribute error_invalid_attribute_value
        error_value_name_required error_value_id_must_equal_zero""",
    ),
    Row(
        Rejected,
        Meaning.BRAND,
        "error_brand error_less_required_brand error_invalid_brand error_incalid_brand error_brand_forbidden",
    ),
    Row(Rejected, Meaning.EXTRAS, "error_param_validate"),  # a GTIN
    Row(Rejected, Meaning.EXTRAS, DATA, r"gtin|medicine|size.?chart"),
    # variants
    Row(
        Rejected,
        Meaning.VARIANTS_TOO_MANY,
        "error_tier_var_too_many error_tier_opt_too_many error_model_count_over_limit",
    ),
    Row(
        Rejected,
        Meaning.VARIANT_NAMES,
        """error_tier_opt_val_too_long error_tier_var_name_too_long error_model_duplicate_name
        error_nil_name_new_item_model""",
    ),
    Row(
        Rejected,
        Meaning.VARIANTS_DIFFER,
        """error_model_duplicate_tier_variation_index error_model_invalid_model_id error_tier_index error_duplicate_modelid
        error_wrong_modelid error_tier_var_level_not_same error_tier_var_is_ error_busi_cannot_delete_all_model
        error_edit_item_price_for_item_has_model error_edit_item_stock_for_item_has_model
        error_in_item_promotion_nomodel_to_models""",
    ),
    Row(Rejected, Meaning.VARIANTS_DIFFER, DATA, r"model_id|tier.?variation"),
    # prices, parcel, stock
    Row(
        Rejected,
        Meaning.PRICE_RANGE,
        "error_invalid_price error_price_exceed_min_limitt error_price_exceed_max_limitt error_price_out_of_range",
    ),
    Row(Rejected, Meaning.PRICE_RATIO, DATA, r"price.*\b(?:times|ratio)\b"),
    Row(
        Rejected,
        Meaning.WHOLESALE,
        """error_price_should_be_same_for_wholesales error_wholesale_price_less_than_ratio_limit
        error_busi_price_lower_then_wholesale_price""",
    ),
    Row(Rejected, Meaning.COURIER, "error_invalid_logistic_info error_invalid_price_for_logistic"),
    Row(Rejected, Meaning.COURIER, DATA, r"logistic"),
    Row(Rejected, Meaning.PARCEL, DATA, r"\bweight\b|\bdimension\b"),
    Row(
        Rejected,
        Meaning.PREORDER,
        "error_invalid_days_to_ship error_category_dts error_param_category_not_support_pre_order",
    ),
    Row(Rejected, Meaning.STOCK_RANGE, DATA, r"stock should be within"),
    Row(Rejected, Meaning.STOCK_OF_CHANNEL, "error_busi_cannot_edit_vsku"),
    Row(Rejected, Meaning.WAREHOUSE, "error_not_in_whitelist error_can_not_find_warehouse"),
    Row(Rejected, Meaning.WAREHOUSE, DATA, r"stock structure|warehouse|location.?id"),
    # the listing
    Row(
        Rejected,
        Meaning.NOT_FOUND,
        "error_not_found error_item_not_found error_item_not_belong_shop error_item_or_variation_not_found",
    ),
    Row(Rejected, Meaning.NOT_FOUND, "error_data", r"not exist"),
    Row(
        Rejected,
        Meaning.WRONG_STATUS,
        """error_unlist_item_fail error_item_uneditable error_busi_item_status_invalid error_busi_cannot_update_field
        error_set_normal_unlisted_item""",
    ),
    # orders
    Row(Rejected, Meaning.ORDER_GONE, "error_not_found", r"\border\b|\bpackage\b|\breturn\b"),
    Row(
        Rejected,
        Meaning.ORDER_STATUS,
        """order.error_limit cancel_order_invalid_status order_status_invalid package_already_shipped order_status_error
        shipping_document_should_print_first""",
    ),
    Row(ChannelUnavailable, Meaning.ORDER_BUSY, "error_param", r"being allocated"),
    Row(ChannelUnavailable, Meaning.ORDER_BUSY, "logistic_order_is_locked_on_creating"),
    Row(ChannelUnavailable, Meaning.ORDER_BUSY, "download_later package_print_failed package_can_not_print"),
    Row(Locked, Meaning.ORDER_BUSY, "ship_order_not_ready_to_ship"),
    Row(
        Rejected,
        Meaning.SHIPPING_WAY,
        "ship_order_need_* ship_order_unsupport_* ship_order_only_support_one_type",
    ),
    # what we asked, and what only the words tell
    Row(
        Rejected,
        Meaning.REQUEST,
        "order_list_invalid_time error_update_time_range error_param_item_status error_video_info_not_found",
    ),
    Row(Rejected, Meaning.REQUEST, DATA, r"required field|not null|\beof\b|page_size|must set one|\boffset\b|in query"),
    Row(
        Rejected,
        Meaning.VALUE,
        """error_param error.param error_busi error_busi_update_stock_failed error_unlist_item_all_failed
        batch_api_all_failed""",
    ),
    forms=forms_of,
)


def error_of(code: str, message: str, until_reset: timedelta) -> ChannelError:
    """The error for a code, with the channel's own words."""
    full = normalise(code)
    row = TABLE.find(full, message)
    error = error_for(row, f"{full}: {message}" if message else full, full)
    if row is not None and row.meaning is Meaning.APP_QUOTA and isinstance(error, RateLimited):
        error.scope, error.retry_after = "app", until_reset
    return error


def classifier(
    clock: Callable[[], datetime], resets_at: time
) -> Callable[[int, Mapping[str, str], object], ChannelError | None]:
    """The table as http.py wants it. A batch whose rows say why they failed is an answer, not an error."""

    def classify(status: int, _headers: Mapping[str, str], body: object) -> ChannelError | None:
        if not isinstance(body, dict):
            return by_status("Shopee", status, None) or OutcomeUnknown("Shopee's answer is not an object")
        code = str(body.get("error") or "")
        message = str(body.get("message") or body.get("msg") or body.get("mesage") or "")
        if code in ("", "-"):
            return None if "error" in body or status < 400 else by_status("Shopee", status, None)
        response = body.get("response")
        lists = ("failure_list", "result_list")
        rows = any(response.get(name) for name in lists) if isinstance(response, dict) else False
        if rows and normalise(code).rsplit(".", 1)[-1] in _PER_ROW:
            return None
        now = clock()
        return error_of(code, message, next_reset(resets_at, now) - now)

    return classify


def reason_of(reason: str) -> ChannelError:
    """A row's free text as an error: by the code in it, else by its words. Words of a lock count whatever the code."""
    found = _CODE_IN_TEXT.search(reason)
    code = found.group() if found is not None else ""
    words = TABLE.find("", reason)
    row = words if words is not None and issubclass(words.kind, Locked) else TABLE.find(code, reason)
    if row is None:
        return ChannelUnavailable(reason) if code else Rejected(reason)
    if issubclass(row.kind, OutcomeUnknown | ChannelUnavailable):
        return ChannelUnavailable(reason)
    return error_for(row if issubclass(row.kind, Locked) else replace(row, kind=Rejected), reason, code)
