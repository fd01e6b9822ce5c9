"""Making a listing, changing what it is, uploading its pictures, and finding out what became of a create whose answer was lost.

The channel takes neither a seller SKU nor a key. What ties a create to its product is a picture: one serves one product, and
says whether it is in use.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from bridge.connectors.base import Operation, Outcome, SkuOutcome, Verdict
from bridge.connectors.bukalapak.client import BukalapakClient
from bridge.connectors.bukalapak.errors import ASSIGNED
from bridge.connectors.bukalapak.listings import ListingReader, remote_id_of
from bridge.connectors.bukalapak.schema import MANY
from bridge.connectors.bukalapak.types import Created, Envelope, ImageAnswer
from bridge.connectors.outcomes import absent, done, next_step
from bridge.errors import OutcomeUnknown, Rejected
from bridge.model import AttributeAnswer, Content, OpKind, Problem

PICTURES, MAIN = "pictures", "main"  # tickets
_SENDS: Mapping[str, str] = {  # field of Content -> field of a product
    "title": "name",
    "description": "description_bb",
    "category_id": "category_id",
    "weight_g": "weight",
    "skus": "weight",
    "attributes": "product_detail_attributes",
}


class Publisher:
    """Creates and content changes of one shop."""

    def __init__(self, client: BukalapakClient, reader: ListingReader) -> None:
        self._client, self._reader = client, reader

    def upload(self, picture: bytes) -> str | Problem:
        """A reference that serves one listing, or why there is none."""
        kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
        try:
            return self._client.upload("/images", (f"picture.{kind}", picture, f"image/{kind}"), ImageAnswer).id
        except Rejected as error:
            return Problem(
                "picture_refused",
                "0",
                "Bukalapak refused the picture: {reason}.",
                "Use another picture (JPEG or PNG, at least {side} pixels wide and high).",
                {"reason": str(error), "side": str(self._client.config["pictures"]["side_min"])},
            )

    def create(self, operation: Operation) -> Outcome:
        """One call, visible at once."""
        content = cast(Content, operation.payload)
        if len(operation.skus) != 1:
            raise Rejected("Bukalapak knows no variants: each one is a listing of its own", "variants_too_many")
        sku = operation.skus[0]
        if sku.price_idr is None:
            raise Rejected("a new listing needs a price", "price_missing")
        fields = {
            "price": str(sku.price_idr),
            "stock": str(sum(sku.stock.values())),
            "new": "true",
            "negotiable": "false",
        }
        body = {"product": {**product_body(content), **fields}, "images": ",".join(content["pictures"])}
        made = self._client.send("POST", "/products", Created, body)
        product_id = made.id or (made.product_detail.id if made.product_detail is not None else "")
        if not product_id:
            raise OutcomeUnknown("POST /products.json: the answer names no product")
        return bound(operation, product_id)

    def content(self, operation: Operation) -> Outcome:
        """The named fields in one call; each change of a picture is a step of its own, after a look at what is there."""
        content = cast(Content, operation.payload)
        changed = operation.payload.get("changed")  # names of Content's fields; missing: all may have changed
        if operation.ticket == MAIN:
            self._client.send("PATCH", f"/images/{content['pictures'][0]}/primary", Envelope)
            return done(operation)
        if operation.ticket == PICTURES:
            return self._next_picture(operation, content["pictures"])
        wanted = {_SENDS[name] for name in changed if name in _SENDS} if changed is not None else set(_SENDS.values())
        fields = {name: value for name, value in product_body(content).items() if name in wanted}
        product_id = remote_id_of(operation)
        if fields:
            self._client.send("PATCH", f"/products/{product_id}", Envelope, {"product": fields})
        if content["pictures"] and (changed is None or "pictures" in changed):
            return next_step(operation, product_id, PICTURES)
        return done(operation)

    def _next_picture(self, operation: Operation, wanted: Sequence[str]) -> Outcome:
        """Adds while there is room, else takes one away; never the last. Sent twice it sees that nothing is missing."""
        product_id = remote_id_of(operation)
        product = self._reader.product(product_id)
        if product is None:
            raise Rejected(f"product {product_id} is not there", "not_found")
        now = product.image_ids
        missing, surplus = [ref for ref in wanted if ref not in now], [ref for ref in now if ref not in wanted]
        room = self._client.config["limits"]["images_max"] - len(now)
        if missing and room > 0:
            body = {"product": {}, "images": ",".join(missing[:room])}
            self._client.send("PATCH", f"/products/{product_id}", Envelope, body)
        elif surplus and len(now) > 1:
            self._client.send("DELETE", f"/images/{surplus[0]}", Envelope)
        else:
            return done(operation) if now[:1] == list(wanted[:1]) else next_step(operation, product_id, MAIN)
        return next_step(operation, product_id, PICTURES)

    def look_up(self, operation: Operation) -> Outcome:
        """A create by its first picture; content is absolute and simply sent again."""
        if operation.kind is not OpKind.CREATE:
            return absent(operation)
        grace = timedelta(seconds=self._client.config["create"]["look_grace_s"])
        pictures = operation.payload.get("pictures") or ()
        if not pictures or not self._in_use(pictures[0]):
            return absent(operation, grace)
        for product in self._reader.walk():
            if pictures[0] in product.image_ids:
                return bound(operation, product.id)
        text = f"picture {pictures[0]} is in use, but no listing shows it"
        return Outcome(operation.operation_id, Verdict.UNKNOWN, message=text, retry_after=grace)

    def _in_use(self, picture: str) -> bool:
        """A free picture answers OK, one in use ERROR with one certain word, an unknown one ERROR with another."""
        try:
            self._client.get(f"/images/status/{picture}", Envelope)
        except Rejected as error:
            return error.code == ASSIGNED
        return False


def bound(operation: Operation, product_id: str) -> Outcome:
    """Done; the listing's id is its SKU's as well."""
    skus = tuple(SkuOutcome(sku.listing_sku_id, Verdict.DONE, product_id) for sku in operation.skus)
    return Outcome(operation.operation_id, Verdict.DONE, product_id, skus)


def product_body(content: Content) -> dict[str, Any]:
    """The fields that create and update share; numbers travel as text."""
    weight_g = content["skus"][0]["weight_g"] if len(content["skus"]) == 1 else content["weight_g"]
    return {
        "category_id": content["category_id"],
        "name": content["title"],
        "weight": str(weight_g),
        "description_bb": content["description"].replace("[", "(").replace("]", ")"),  # brackets would be markup
        "product_detail_attributes": dict(_answer(answer) for answer in content["attributes"]),
    }


def _answer(answer: AttributeAnswer) -> tuple[str, str | list[str]]:
    """The field and its value; some fields want a list."""
    values = [value["value_id"] or value["text"] for value in answer["values"]]
    name = answer["attribute_id"]
    return (name.removesuffix(MANY), values) if name.endswith(MANY) else (name, ", ".join(values))
