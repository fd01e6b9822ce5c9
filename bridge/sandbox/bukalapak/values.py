"""What the marketplace keeps: accounts, pictures, products and transactions."""

from dataclasses import dataclass, field
from typing import Any

from bridge.sandbox.bukalapak.ids import encode

UNPAID = ("pending", "addressed", "payment_chosen", "confirm_payment")
TO_SHIP = ("paid", "accepted")
STATUS = {  # the `status` filter of the list; "accepted" is in no document, so no filter shows it (ours)
    **dict.fromkeys(UNPAID, 1),
    "paid": 2,
    "delivered": 3,
    "received": 4,
    **dict.fromkeys(("remitted", "expired", "cancelled", "rejected"), 5),
    "refunded": 6,
}


@dataclass(slots=True)
class Account:
    """A user. Whoever sells is one too: the shop is the user's lapak."""

    user_id: int
    name: str
    username: str
    password: str
    email: str
    phone: str
    token: str
    omnikey: str
    handed_out: bool  # the bridge may know the token without a password
    address: dict[str, str] | None  # None: not filled in, so nothing can be sold

    @property
    def shown_id(self) -> str:
        return str(self.user_id)


@dataclass(slots=True)
class Picture:
    image_id: int
    user_id: int
    product: int | None = None  # the one product it serves


@dataclass(slots=True)
class Product:
    number: int
    user_id: int
    category_id: int
    name: str
    price: int
    weight: int
    stock: int
    description: str  # BBCode as sent
    created_at: float
    new: bool = True
    negotiable: bool = False
    force_insurance: bool = False
    free_shipping: list[int] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    images: list[int] = field(default_factory=list)
    active: bool = True  # False: the seller took it off
    banned: bool = False
    removed: bool = False

    @property
    def product_id(self) -> str:
        return encode(self.number)

    @property
    def for_sale(self) -> bool:
        return self.active and not self.banned and self.stock > 0

    @property
    def reasons(self) -> list[str]:
        """state_description: why it cannot be bought. Nothing of the documents fits what the seller took off."""
        return ["Stok Habis"] * (self.stock == 0) + ["Melanggar"] * self.banned

    @property
    def word(self) -> str:
        """The platform's own words, for the control plane: the calls' names, or a state_description."""
        if self.removed:
            return "removed"
        if self.active and self.reasons:
            return self.reasons[-1]
        return "available" if self.active else "sold"


@dataclass(slots=True)
class Line:
    product: Product
    quantity: int
    price: int
    cancelled: int = 0
    returned: int = 0


@dataclass(slots=True)
class Transaction:
    number: int  # `id`: what the calls take
    shown_number: str  # `transaction_id`: what people see
    invoice: str
    seller: Account
    buyer: Account
    state: str
    created_at: float
    updated_at: float
    lines: list[Line]
    courier: str
    shipping_fee: int
    changes: dict[str, float] = field(default_factory=dict)  # state_changes
    shipping_id: int = 0
    shipping_code: str = ""
    shipping_service: str = ""
    reject_reason: str | None = None

    def actions(self, user_id: int) -> list[str]:
        """What this user can do next."""
        if user_id == self.seller.user_id:
            return ["deliver", "reject"] if self.state in TO_SHIP else []
        return ["receive"] if self.state == "delivered" else []
