"""The table of codes, and the files that travel in the package."""

import pytest

from bridge.connectors.codes import Row
from bridge.connectors.outcomes import Campaign
from bridge.errors import AuthExpired, ChannelError, OutcomeUnknown, RateLimited, Rejected, ShopBlocked
from bridge.mapping.rules import parse_mapping_rules
from bridge.settings import channel_config, load_config
from contoh_market import LEAVES
from jembatan_contoh import plugin
from jembatan_contoh.errors import TABLE, classify


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (422, "title_length", Rejected),
        (404, "not_found", Rejected),
        (401, "token_refused", AuthExpired),
        (403, "shop_on_holiday", ShopBlocked),
        (409, "in_campaign", Campaign),
        (429, "too_many_calls", RateLimited),
        (422, "a code that nobody has seen", OutcomeUnknown),
        (500, "", OutcomeUnknown),
    ],
)
def test_a_code_means_one_class_and_keeps_the_channels_words(status: int, code: str, kind: type[ChannelError]) -> None:
    error = classify(status, {}, {"code": code, "message": "judul terlalu pendek"})
    assert type(error) is kind
    assert "judul terlalu pendek" in str(error)


@pytest.mark.parametrize("row", TABLE.rows, ids=lambda row: row.codes)
def test_a_code_means_one_thing_to_people(row: Row) -> None:
    assert plugin.meaning(row.codes, "Contoh: judul terlalu pendek") == row.meaning


def test_an_unknown_code_means_nothing() -> None:
    assert plugin.meaning("a code that nobody has seen", "Contoh: apa ini") is None


def test_success_is_no_error() -> None:
    assert classify(200, {}, {"rows": []}) is None


def test_the_rates_come_from_the_packages_own_file() -> None:
    assert channel_config("contoh")["rates"] == [{"scope": "shop", "calls": 10, "per_s": 1}]


def test_the_words_lead_to_leaves_of_the_tree() -> None:
    rules = parse_mapping_rules(load_config("mapping/common.toml"), load_config("mapping/contoh.toml"))
    assert rules.name == "contoh"
    assert {rule.id for rule in rules.category} == set(LEAVES)
