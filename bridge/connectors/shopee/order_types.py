"""Shopee's orders, parcels and what comes back, as far as we read them."""

from bridge.connectors.shopee.types import Wire
from bridge.connectors.wire import Count, Number, Rows, Text


class OrderRow(Wire):
    order_sn: Text


class OrderPage(Wire):
    order_list: Rows[OrderRow] = []
    more: bool = False
    next_cursor: Text = ""


class OrderItem(Wire):
    item_id: Text
    model_id: Text = "0"
    item_name: Text = ""
    model_name: Text = ""
    item_sku: Text = ""
    model_sku: Text = ""
    model_quantity_purchased: Count = 0
    model_original_price: Number = 0.0
    model_discounted_price: Number = 0.0
    active_qty: Count = 0
    cancelled_qty: Count = 0
    returned_qty: Count = 0
    product_location_id: list[Text] | Text = ""


class PackageItem(Wire):
    item_id: Text = ""
    model_id: Text = "0"
    model_quantity: Count = 0


class Package(Wire):
    package_number: Text = ""
    logistics_status: Text = ""
    item_list: Rows[PackageItem] = []


class Recipient(Wire):
    name: Text = ""
    phone: Text = ""
    full_address: Text = ""
    city: Text = ""
    state: Text = ""
    zipcode: Text = ""


class Order(Wire):
    order_sn: Text
    order_status: Text = ""
    create_time: Count = 0
    update_time: Count = 0
    pay_time: Count = 0
    pickup_done_time: Count | None = None
    total_amount: Number = 0.0
    item_list: Rows[OrderItem] = []
    package_list: Rows[Package] = []
    recipient_address: Recipient | None = None


class OrderList(Wire):
    order_list: Rows[Order] = []


class TimeSlot(Wire):
    pickup_time_id: Text
    flags: Rows[Text] = []


class PickupAddress(Wire):
    address_id: Text
    address_flag: Rows[Text] = []
    time_slot_list: Rows[TimeSlot] = []


class Pickup(Wire):
    address_list: Rows[PickupAddress] = []


class Branch(Wire):
    branch_id: Text


class Dropoff(Wire):
    branch_list: Rows[Branch] = []


class ShippingParameter(Wire):
    """Ways of handing a parcel over with the fields that each wants; one that is not offered is absent."""

    info_needed: dict[str, list[Text] | None] = {}
    pickup: Pickup | None = None
    dropoff: Dropoff | None = None


class TrackingNumber(Wire):
    tracking_number: Text = ""


class Document(Wire):
    status: Text = ""
    fail_error: Text = ""
    fail_message: Text = ""


class Documents(Wire):
    result_list: Rows[Document] = []
