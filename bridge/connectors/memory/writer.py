"""What the memory marketplace does with one operation. Each function runs inside the transaction of its call."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from bridge.connectors.base import CAMPAIGN, Capabilities, Operation, Outcome, SkuOutcome, SkuWrite, Verdict
from bridge.connectors.memory.catalogue import SCHEMA, refusal
from bridge.connectors.memory.market import Market, Row, merge, stamp_of
from bridge.model import Content, OpKind

PATIENCE = timedelta(hours=1)


class Writer:
    """Applies, polls and looks up operations of one shop. `wait`: between the steps of a create with variants; None: one step."""

    def __init__(
        self, market: Market, shop: str, caps: Capabilities, names_skus: bool, wait: timedelta | None, review: timedelta
    ) -> None:
        self._market, self._shop, self._caps, self._names_skus = market, shop, caps, names_skus
        self._wait, self._review = wait, review

    def submit(self, operations: Sequence[Operation]) -> list[Outcome]:
        ticket = self._market.new_id() if any(op.kind in self._caps.late for op in operations) else ""
        outcomes = [self._apply(op, ticket) for op in operations]
        refused = {out.operation_id: [[s.listing_sku_id, s.code] for s in out.skus if s.code] for out in outcomes}
        if ticket:
            results = {op.key: refused[op.operation_id] for op in operations}
            self._market.put("job", {"id": ticket, "due": self._due(), "results": results})
        return outcomes

    def _apply(self, op: Operation, ticket: str) -> Outcome:
        row = self._row(op)
        if op.kind is OpKind.CREATE:
            return self._create(op, ticket) if row is None else self._step(op, row)
        if row is None:
            return rejected(op, "not_found", "no such listing or order")
        if row.get("campaign"):
            return Outcome(op.operation_id, Verdict.RETRY, row["id"], code=CAMPAIGN, message="a campaign is running")
        match op.kind:
            case OpKind.SHIP | OpKind.CANCEL:
                return self._move(op, row)
            case OpKind.CONTENT:
                outcome = self._content(op, row)
            case OpKind.VISIBILITY:
                outcome = self._visibility(op, row)
            case _:
                outcome = self._values(op, row)
        return self._later(op, outcome, ticket)

    def _row(self, op: Operation) -> Row | None:
        kind = "order" if op.kind in (OpKind.SHIP, OpKind.CANCEL) else "listing"
        row = self._market.get(kind, op.remote_id)
        return row if row is not None and row["shop"] == self._shop else None

    def _due(self, wait: timedelta | None = None) -> str:
        return stamp_of(self._market.now() + (wait if wait is not None else self._review))

    def _until(self, stamp: str) -> timedelta:
        return max(datetime.fromisoformat(stamp) - self._market.now(), timedelta(0))

    def _later(self, op: Operation, outcome: Outcome, ticket: str) -> Outcome:
        if op.kind not in self._caps.late or outcome.verdict is not Verdict.DONE:
            return outcome
        skus = tuple(s if s.code else replace(s, verdict=Verdict.ACCEPTED) for s in outcome.skus)
        return replace(
            outcome, verdict=Verdict.ACCEPTED, skus=skus, ticket=ticket, retry_after=self._review, deadline=PATIENCE
        )

    def _save(self, op: Operation, row: Row, top: Mapping[str, Any], skus: Mapping[str, Row] | None = None) -> None:
        """Changes a listing now, or when the queue or review is through."""
        changes = skus if skus is not None else {}
        if op.kind in self._caps.late:
            row["later"].append({"due": self._due(), "top": top, "skus": changes})
        else:
            row.update(top)
            for sku in row["skus"]:
                merge(sku, changes.get(sku["id"], {}))
        self._market.put("listing", row)

    # creates

    def _create(self, op: Operation, ticket: str) -> Outcome:
        key = f"{self._shop}/{op.key}"
        known = self._market.get("key", key) if self._caps.create_keyed else None
        if known is not None:
            return self._found(op, self._market.get("listing", known["listing"]) or {})
        if (reason := self._refusal(op)) is not None:
            return rejected(op, *reason)
        split = self._wait is not None and len(op.skus) > 1
        row: Row = {
            "id": self._market.new_id(),
            "shop": self._shop,
            "title": op.payload.get("title", ""),
            "content": dict(op.payload),
            "visible": False,
            "status": "DRAFT" if split else "REVIEW",
            "skus": [],
            "later": [],
            "part": "variants" if split else "",
            "ready": self._due(self._wait),
            "job": ticket,
        }
        for name in op.payload.get("pictures", ()):
            self._market.put("picture", {"id": name, "shop": self._shop, "used": True})
        self._market.put("key", {"id": key, "listing": row["id"]})
        if split:
            self._market.put("listing", row)
        else:
            self._fill(op, row)
        return self._found(op, row)

    def _fill(self, op: Operation, row: Row) -> None:
        single = self._caps.skus_per_listing == 1
        row["skus"] = [self._new_sku(write, row["id"] if single else self._market.new_id()) for write in op.skus]
        if not row["part"]:
            self._save(op, row, {"visible": True, "status": "LIVE"})

    def _new_sku(self, write: SkuWrite, remote_sku_id: str) -> Row:
        stock = dict(write.stock) if write.stock else {"": 0}
        return {"id": remote_sku_id, "seller_sku": write.seller_sku, "price_idr": write.price_idr, "stock": stock}

    def _step(self, op: Operation, row: Row) -> Outcome:
        """The next part of a create; where it stands is read from the listing, so a repeated step does no harm."""
        if row["part"] and (rest := self._until(row["ready"])):
            return Outcome(
                op.operation_id, Verdict.RETRY, row["id"], ticket=op.ticket, code="too_early", retry_after=rest
            )
        if row["part"] == "variants":
            row.update(part="show", ready=self._due(timedelta(0)))
            self._fill(op, row)
            self._market.put("listing", row)
        elif row["part"] == "show":
            row["part"] = ""
            self._save(op, row, {"visible": True, "status": "LIVE"})
        return self._found(op, row)

    def _found(self, op: Operation, row: Row) -> Outcome:
        """Where the create behind this listing stands, with all ids."""
        verdict = Verdict.NEXT if row["part"] else Verdict.ACCEPTED if row["later"] else Verdict.DONE
        ticket = row["part"] if row["part"] else row["job"] if row["later"] else ""
        wait = self._until(row["ready"]) if row["part"] else self._review if row["later"] else None
        skus = [SkuOutcome(w.listing_sku_id, verdict, s["id"]) for w, s in zip(op.skus, row["skus"], strict=False)]
        return Outcome(op.operation_id, verdict, row["id"], tuple(skus), ticket, retry_after=wait)

    def _refusal(self, op: Operation) -> tuple[str, str] | None:
        if (reason := refusal(cast(Content, op.payload))) is not None:
            return reason
        if not 1 <= len(op.skus) <= self._caps.skus_per_listing:
            return "skus", f"skus: at most {self._caps.skus_per_listing}"
        for name in op.payload.get("pictures", ()):
            picture = self._market.get("picture", name)
            if picture is None or (picture["used"] and self._caps.pictures == "listing" and op.kind is OpKind.CREATE):
                return "picture", f"pictures: {name} cannot be used"
        reasons = [self._dislike(write) for write in op.skus] if op.kind is OpKind.CREATE else []
        return next(((code, f"skus: {code}") for code in reasons if code), None)

    # changes

    def _content(self, op: Operation, row: Row) -> Outcome:
        if (reason := self._refusal(op)) is not None:
            return rejected(op, *reason)
        known = {sku["id"]: sku for sku in row["skus"]}
        bound = [(w, known.get(w.remote_sku_id or "") or self._new_sku(w, self._market.new_id())) for w in op.skus]
        row["skus"] = [{**sku, "seller_sku": write.seller_sku} for write, sku in bound]
        self._save(op, row, {"title": op.payload["title"], "content": dict(op.payload)})
        skus = tuple(SkuOutcome(w.listing_sku_id, Verdict.DONE, sku["id"]) for w, sku in bound)
        return Outcome(op.operation_id, Verdict.DONE, row["id"], skus)

    def _visibility(self, op: Operation, row: Row) -> Outcome:
        if row["status"] == "BANNED":
            return rejected(op, "banned", "the channel has banned this listing")
        visible = bool(op.payload["visible"])
        self._save(op, row, {"visible": visible, "status": "LIVE" if visible else "HIDDEN"})
        return Outcome(op.operation_id, Verdict.DONE, row["id"])

    def _values(self, op: Operation, row: Row) -> Outcome:
        changes, refused = dict[str, Row](), list[SkuOutcome]()
        for write in op.skus:
            sku = sku_of(row, write)
            code = "sku_not_found" if sku is None else self._dislike(write)
            if sku is None or code:
                refused.append(
                    SkuOutcome(write.listing_sku_id, Verdict.REJECTED, write.remote_sku_id, code, f"skus: {code}")
                )
            elif op.kind is OpKind.PRICE:
                changes[sku["id"]] = {"price_idr": write.price_idr}
            else:
                changes[sku["id"]] = {"stock": dict(write.stock)}
        if not changes:
            return replace(rejected(op, refused[0].code, refused[0].message), skus=tuple(refused))
        self._save(op, row, {}, changes)
        return Outcome(op.operation_id, Verdict.DONE, row["id"], tuple(refused))

    def _dislike(self, write: SkuWrite) -> str:
        """The code for a price or stock that the channel refuses, else nothing."""
        limits, pieces = SCHEMA.limits, tuple(write.stock.values())
        if write.price_idr is not None and not limits["price_min"] <= write.price_idr <= limits["price_max"]:
            return "price_out_of_range"
        if any(not 0 <= number <= limits["stock_max"] for number in pieces):
            return "stock_out_of_range"
        return "zero_refused" if 0 in pieces and not self._caps.takes_zero else ""

    def _move(self, op: Operation, row: Row) -> Outcome:
        done = self._moved(op, row)
        if not done and row["status"] != "PAID" and (op.kind is OpKind.SHIP or row["status"] != "UNPAID"):
            return rejected(op, "status", f"the order is {row['status']}")
        if not done:
            self._market.move(row["id"], op.kind.value, op.payload.get("lines"))
        return Outcome(op.operation_id, Verdict.DONE, row["id"])

    def _moved(self, op: Operation, row: Row) -> bool:
        if op.kind is OpKind.SHIP:
            return row["status"] in ("SHIPPED", "COMPLETED", "RETURNED")
        wanted = op.payload.get("lines")
        if wanted is None:
            return bool(row["status"] == "CANCELLED")
        return all(line["cancelled"] >= wanted.get(line["seller_sku"], 0) for line in row["lines"])

    # afterwards

    def poll(self, op: Operation) -> Outcome:
        job = self._market.get("job", op.ticket)
        if job is None or op.key not in job["results"]:
            return Outcome(op.operation_id, Verdict.UNKNOWN, op.remote_id, code="no_ticket")
        if rest := self._until(job["due"]):
            return Outcome(op.operation_id, Verdict.ACCEPTED, op.remote_id, ticket=op.ticket, retry_after=rest)
        row = self._row(op)
        if op.kind is OpKind.CREATE and row is not None:
            return self._found(op, row)
        skus = tuple(
            SkuOutcome(sku, Verdict.REJECTED, None, code, f"skus: {code}") for sku, code in job["results"][op.key]
        )
        return Outcome(op.operation_id, Verdict.DONE, op.remote_id, skus)

    def look_up(self, op: Operation) -> Outcome:
        row = self._row(op)
        if row is None and op.kind is OpKind.CREATE:
            row = self._search(op)
        if row is not None and op.kind is OpKind.CREATE:
            return self._found(op, row)
        if row is None or not self._shows(op, row):
            return Outcome(op.operation_id, Verdict.RETRY, op.remote_id, retry_after=timedelta(0))
        pairs = zip(op.skus, row["skus"], strict=True) if op.kind is OpKind.CONTENT else ()
        skus = tuple(SkuOutcome(write.listing_sku_id, Verdict.DONE, sku["id"]) for write, sku in pairs)
        return Outcome(op.operation_id, Verdict.DONE, op.remote_id, skus)

    def _search(self, op: Operation) -> Row | None:
        """The listing that a create of ours made: by its seller SKUs, else by its pictures and title."""
        wanted = [write.seller_sku for write in op.skus]
        by_sku = self._names_skus and bool(wanted)
        for row in self._market.tagged(self._shop, wanted[0]) if by_sku else self._market.rows("listing", self._shop):
            same = row["content"].get("pictures") == op.payload.get("pictures") and row["title"] == op.payload.get(
                "title"
            )
            if [sku["seller_sku"] for sku in row["skus"]] == wanted if by_sku else same:
                return row
        return self._draft(op)

    def _draft(self, op: Operation) -> Row | None:
        """A listing in steps that has no variants yet is known by its content, which carries the parent's SKU."""
        drafts = (row for row in self._market.rows("listing", self._shop) if row["part"] == "variants")
        return next((row for row in drafts if row["content"] == dict(op.payload)), None)

    def _shows(self, op: Operation, row: Row) -> bool:
        match op.kind:
            case OpKind.SHIP | OpKind.CANCEL:
                return self._moved(op, row)
            case OpKind.CONTENT:
                same = row["title"] == op.payload["title"] and row["content"] == dict(op.payload)
                return same and [s["seller_sku"] for s in row["skus"]] == [w.seller_sku for w in op.skus]
            case OpKind.VISIBILITY:
                return bool(row["visible"] == op.payload["visible"])
            case _:
                pairs = [(write, sku_of(row, write)) for write in op.skus]
                return all(sku is not None and self._equal(op.kind, write, sku) for write, sku in pairs)

    def _equal(self, kind: OpKind, write: SkuWrite, sku: Row) -> bool:
        if kind is OpKind.PRICE:
            return bool(sku["price_idr"] == write.price_idr)
        return all(sku["stock"].get(place) == pieces for place, pieces in write.stock.items())


def rejected(op: Operation, code: str, message: str) -> Outcome:
    return Outcome(op.operation_id, Verdict.REJECTED, op.remote_id, code=code, message=message)


def sku_of(row: Row, write: SkuWrite) -> Row | None:
    """By remote id; a write that is not bound yet is known by its seller SKU."""
    if write.remote_sku_id is not None:
        return next((sku for sku in row["skus"] if sku["id"] == write.remote_sku_id), None)
    return next((sku for sku in row["skus"] if sku["seller_sku"] == write.seller_sku), None)
