"""Decisions about what to write: facets, the range of a stock figure, orders and the ledger, the plan and its guard. All pure."""
