"""Bukalapak's API v2 as its official pages of 2017 describe it, and the older form of 2013 under /v1."""

from bridge.sandbox.bukalapak.app import Bukalapak

MARKET = Bukalapak

__all__ = ["MARKET", "Bukalapak"]
