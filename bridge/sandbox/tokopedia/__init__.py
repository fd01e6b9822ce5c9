"""Tokopedia and TikTok Shop behind the TikTok Shop Partner API for an Indonesian shop, as the fact sheet describes it."""

from bridge.sandbox.tokopedia.app import Tokopedia

MARKET = Tokopedia

__all__ = ["MARKET", "Tokopedia"]
