"""The error table: every family, the messages that change a code's meaning, and how an unknown code is taken."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bridge.connectors.base import Verdict
from bridge.connectors.outcomes import Locked, verdict_of
from bridge.connectors.shopee.errors import classifier, normalise, reason_of
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


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("error_auth", "Invalid access_token, please have a check.", TokenExpired),
        ("product.error_auth", "invalid access_token", TokenExpired),
        ("invalid_acceess_token", "", TokenExpired),
        ("error_auth", "Invalid refresh_token.", AuthExpired),
        ("error_auth", "Invalid code", AuthExpired),
        ("error_auth", "invalid partner_id or shopid", AuthExpired),
        ("error_auth", "Invalid partner_id", Misconfigured),
        ("error_auth", "No permission to call this API", Misconfigured),
        ("error_auth", "System error, please try again later.", OutcomeUnknown),
        ("error_auth", "Total stock must be more than reserved stock", Locked),
        ("error_auth", "normal stock must be equal to 0", Rejected),
        ("error_auth", "Lack of location_id", Rejected),
        ("error_auth", "do not have right to use seller location_id", Rejected),
        ("error_auth", "something nobody has seen", OutcomeUnknown),
        ("common.error_auth", "Invalid sign", Misconfigured),
        ("error_sign", "Wrong sign.", Misconfigured),
        ("invalid_partner_id", "", Misconfigured),
        ("partner_shop_no_link", "", AuthExpired),
        ("shop_no_linked", "", AuthExpired),
        ("error_param", "Timestamp is expired.", Misconfigured),
        ("error_param", "There is no sign in query.", Misconfigured),
        ("error_param", "Permission denied: offline or the path is incorrect", Misconfigured),
        ("error_param", "Wrong parameters, detail: order_sn is a required field.", Rejected),
        ("product.error_param", "Wrong model_id.", Rejected),
        ("error_param", "stock less than reserved stock", Locked),
        ("error.param", "stock less than reserve stock", Locked),
        ("error.param", "anything", Rejected),
        ("logistics.error_param", "The order is being allocated", ChannelUnavailable),
        ("logistics.logistic_order_is_locked_on_creating", "", ChannelUnavailable),
        ("error_partner_key_expired", "", Misconfigured),
        ("source_ip_undeclared", "", Misconfigured),
        ("api_suspended", "", Misconfigured),
        ("error_permission", "", Misconfigured),
        ("error_kyc_auth", "", ShopBlocked),
        ("shop_banned", "", ShopBlocked),
        ("error_rate_limit", "", RateLimited),
        ("product.error_rate_limit", "", RateLimited),
        ("error_server", "", OutcomeUnknown),
        ("product.error_server", "", OutcomeUnknown),
        ("error_server", "normal stock must be equal to 0", Rejected),
        ("error_network", "", OutcomeUnknown),
        ("error_inner", "Update item failed", OutcomeUnknown),
        ("error_data", "parse data failed", OutcomeUnknown),
        ("error_data", "data not exist", Rejected),
        ("error_not_found", "the order is not found", Rejected),
        ("product.error_item_not_found", "", Rejected),
        ("order.order_list_invalid_time", "", Rejected),
        ("order. error_limit", "", Rejected),
        ("warehouse.error_not_in_whitelist", "", Rejected),
        ("product.error_busi", "Stock should be within 2-1000000 for model", Rejected),
        ("error attribute", "", Rejected),
        ("error_price_exceed_min_limitt", "", Rejected),
        ("error_cannt_edit_name_in_promotion", "", Locked),
        ("error_in_item_promotion_item_price_lock", "", Locked),
        ("error_flash_sale_days_to_ship_lock", "", Locked),
        ("error_promotion_cantnot_update_stock", "", Locked),
        ("error_in_item_promotion_nomodel_to_models", "", Rejected),
        ("error_slash_price_load", "", OutcomeUnknown),
        ("error_holiday_mode_change_stock", "", Locked),
        ("error_wms_shop_block_upate_stock", "", Locked),
        ("error_brand_new_code", "never seen", OutcomeUnknown),
    ],
)
def test_a_code_means_one_class(code: str, message: str, kind: type[ChannelError]) -> None:
    error = read(code, message)
    assert type(error) is kind
    assert message in str(error)


def test_the_daily_quota_waits_for_its_reset_and_concerns_the_app() -> None:
    error = read("error_limit", "quota")
    assert isinstance(error, RateLimited)
    assert (error.scope, error.retry_after) == ("app", timedelta(hours=1))


def test_a_wrong_clock_is_named() -> None:
    assert "clock" in str(read("error_param", "Timestamp is expired."))


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
        ("error_cannt_edit_price_in_promotion: item is in promotion", Verdict.RETRY, "locked"),
        ("The item is under promotion", Verdict.RETRY, "locked"),
        ("stock is less than reserved stock", Verdict.RETRY, "locked"),
        ("item is under review", Verdict.RETRY, "locked"),
        ("product.error_server try again", Verdict.RETRY, ""),
        ("error_param: Wrong model_id.", Verdict.REJECTED, "error_param"),
        ("price is too low", Verdict.REJECTED, ""),
    ],
)
def test_a_rows_reason_is_read_by_code_and_words(reason: str, verdict: Verdict, code: str) -> None:
    assert verdict_of(reason_of(reason)) == (verdict, code)
