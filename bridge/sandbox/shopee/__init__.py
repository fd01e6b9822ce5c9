"""Shopee Open Platform v2 for an Indonesian shop, as its fact sheet describes it."""

from bridge.sandbox.shopee.app import Shopee

MARKET = Shopee

__all__ = ["MARKET", "Shopee"]
