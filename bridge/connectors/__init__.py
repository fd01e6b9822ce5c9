"""Connectors: one folder or file per marketplace, and the contract they share."""

from bridge.connectors.base import (
    Batch,
    Capabilities,
    Connector,
    Find,
    Operation,
    Outcome,
    Ports,
    RemoteShop,
    SkuOutcome,
    SkuWrite,
    Verdict,
)

__all__ = [
    "Batch",
    "Capabilities",
    "Connector",
    "Find",
    "Operation",
    "Outcome",
    "Ports",
    "RemoteShop",
    "SkuOutcome",
    "SkuWrite",
    "Verdict",
]
