"""What Shopee's error codes mean for us: one table, by code and, where a code has several meanings, by words of its message.

A code that is not here is OutcomeUnknown: on a write nobody may take it for success or for failure.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta

from bridge.connectors.http import by_status
from bridge.connectors.limits import next_reset
from bridge.connectors.outcomes import Locked, read_table
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

# (last segment of the code, words in the message, class); the first that fits counts
_BY_WORDS: tuple[tuple[str, str, type[ChannelError]], ...] = (
    ("error_auth", r"refresh.?token|invalid code|shop_?id|not? link", AuthExpired),
    ("error_auth", r"access.?token", TokenExpired),
    ("error_auth", r"reserved stock", Locked),
    ("error_auth", r"normal stock must|location_id", Rejected),
    ("error_auth", r"partner|permission|restricted|sign", Misconfigured),
    ("error_param", r"timestamp|no sign|no partner|partner_id|permission denied|path is incorrect", Misconfigured),
    ("error_param", r"reserved? stock", Locked),
    ("error.param", r"reserved? stock", Locked),
    ("error_param", r"being allocated", ChannelUnavailable),
    ("error_server", r"normal stock must", Rejected),
    ("error_data", r"not exist", Rejected),
)

_BY_CLASS: tuple[tuple[type[ChannelError], str], ...] = (
    (TokenExpired, "invalid_acceess_token invalid_access_token"),
    (
        AuthExpired,
        """partner_shop_no_link shop_no_linked refresh_token_expired shop_access_expired error_shop_refresh_token invalid_code
        invalid_shop_id invalid_main_acount_id invalid_main_account_id""",
    ),
    (ShopBlocked, "shop_banned user_banned error_kyc_auth"),
    (
        Misconfigured,
        """error_sign invalid_partner_id error_partner_key_expired error_api_permission error_permission
        error_ashop_api_permission error_api_call_restricted api_suspended partner_frozen source_ip_undeclared""",
    ),
    (ChannelUnavailable, "logistic_order_is_locked_on_creating"),
    (
        OutcomeUnknown,
        """error_server error_network error_inner error_system_busy error_unknown error_other error_data error_shop
        error_param_shop_id_not_found error_get_shop_fail error_update_price_fail error_slash_price_load""",
    ),
    (Locked, "error_wms_shop_block_upate_stock error_holiday_mode_change_stock error_holiday_on_add_item"),
    (
        Rejected,
        """error_param error.param error_busi error_not_found error_item_not_found error_item_not_belong_shop
        error_item_or_variation_not_found order_list_invalid_time error_not_in_whitelist error_can_not_find_warehouse
        error_busi_update_stock_failed error_unlist_item_all_failed batch_api_all_failed
        error_in_item_promotion_nomodel_to_models error_edit_item_price_for_item_has_model
        error_edit_item_stock_for_item_has_model error_set_normal_unlisted_item
        error_name_length_limit error_title_exceeds_max_length error_item_name_is_too_short error_item_name_empty
        error_title_character_forbidden error_desc_length_min_limit error_desc_hash_tag_over_limit error_image_num_min
        error_image_unavailable error_invalid_category error_category_is_block error_forbidden_category
        error_invalid_category_attribute error_less_required_attribute error_invalid_attribute error_invalid_attribute_value
        error_value_name_required error_value_id_must_equal_zero error_less_required_brand error_invalid_brand
        error_incalid_brand error_brand_forbidden error_invalid_logistic_info error_invalid_price_for_logistic
        error_invalid_price error_price_exceed_min_limitt error_price_exceed_max_limitt error_price_out_of_range
        error_invalid_days_to_ship error_category_dts error_param_category_not_support_pre_order error_param_validate
        error_repeated_mtsku error_reach_shop_item_limit error_seller_under_penalty error_busi_cannot_edit_vsku
        error_tier_var_too_many error_tier_opt_too_many error_tier_opt_val_too_long error_tier_var_name_too_long error_tier_var_is_
        error_model_duplicate_name error_model_duplicate_tier_variation_index error_model_count_over_limit
        error_model_invalid_model_id error_tier_index error_duplicate_modelid error_wrong_modelid error_tier_var_level_not_same
        error_nil_name_new_item_model error_busi_cannot_delete_all_model error_price_should_be_same_for_wholesales
        error_wholesale_price_less_than_ratio_limit error_busi_price_lower_then_wholesale_price error_check_luc_fail
        error_desc_image_no_pass error_unlist_item_fail error_video_info_not_found error_item_uneditable
        error_busi_item_status_invalid error_busi_cannot_update_field error_busi_invalid_shop_status
        error_busi_invalid_account_status error_param_item_status error_update_time_range""",
    ),
)
_BY_CODE = read_table(_BY_CLASS) | {
    f"error {word}": Rejected
    for word in ("attribute", "category", "brand")  # update_item spells these three so
}
_LOCK = re.compile(r"in_promotion|_promotion_|slash_price|_lock$|promotion_cantnot")
_LOCK_WORDS = re.compile(r"promotion|campaign|flash sale|reserved? stock|holiday|under review|reviewing", re.IGNORECASE)
_PER_ROW = frozenset({"error_busi_update_stock_failed", "error_unlist_item_all_failed", "error_update_price_fail"})
_CODE_IN_TEXT = re.compile(r"\b(?:[a-z]+\.)?error[._][a-z_]+")


def normalise(code: str) -> str:
    """Without stray blanks, at both ends or around the dots."""
    return re.sub(r"\s*\.\s*", ".", code.strip())


def kind_of(code: str, message: str) -> type[ChannelError]:
    """The class for a code that is not empty and not a throttle."""
    full = normalise(code)
    last = full if full == "error.param" else full.rsplit(".", 1)[-1]
    for known, words, kind in _BY_WORDS:
        if last == known and re.search(words, message, re.IGNORECASE):
            return kind
    kind_by_code = _BY_CODE.get(full, _BY_CODE.get(last))
    if kind_by_code is not None:
        return kind_by_code
    return Locked if _LOCK.search(last) else OutcomeUnknown


def error_of(code: str, message: str, until_reset: timedelta) -> ChannelError:
    """The error for a code, with the channel's own words."""
    full = normalise(code)
    text = f"{full}: {message}" if message else full
    if full == "error_limit":
        return RateLimited(f"the app's daily quota is used up ({text})", until_reset, scope="app")
    if full.rsplit(".", 1)[-1] == "error_rate_limit":
        return RateLimited(text)
    if full in ("order.error_limit", "order.cancel_order_invalid_status", "order.order_status_invalid"):
        return Rejected(text, full)
    kind = kind_of(full, message)
    if kind is Misconfigured and "timestamp" in message.lower():
        text = f"{text} (is the clock of this computer right?)"
    return Rejected(text, full) if kind is Rejected else kind(text)


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
        rows = response.get("failure_list") if isinstance(response, dict) else None
        if rows and normalise(code).rsplit(".", 1)[-1] in _PER_ROW:
            return None
        now = clock()
        return error_of(code, message, next_reset(resets_at, now) - now)

    return classify


def reason_of(reason: str) -> ChannelError:
    """A row's free text as an error: by the code in it, else by its words."""
    found = _CODE_IN_TEXT.search(reason)
    kind = kind_of(found.group(), reason) if found is not None else Rejected
    if kind is Locked or _LOCK_WORDS.search(reason):
        return Locked(reason)
    if kind in (OutcomeUnknown, ChannelUnavailable):
        return ChannelUnavailable(reason)
    return Rejected(reason, found.group() if found is not None else "")
