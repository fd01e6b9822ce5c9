"""Tokopedia's orders, parcels and what comes back, as far as we read them."""

from bridge.connectors.tokopedia.types import Named, Wire
from bridge.connectors.wire import Count, Number, Rows, Text


class Part(Wire):
    """One SKU of a bundle."""

    sku_id: Text
    product_id: Text = ""
    seller_sku: Text = ""
    sku_count: Count = 1


class Unit(Wire):
    """A line item: always one piece."""

    id: Text = ""
    package_id: Text = ""
    product_id: Text = ""
    sku_id: Text = ""
    seller_sku: Text = ""
    product_name: Text = ""
    sku_name: Text = ""
    sale_price: Number | None = None
    display_status: Text = ""
    tracking_number: Text = ""
    combined_listing_skus: Rows[Part] = []


class Address(Wire):
    name: Text = ""
    phone_number: Text = ""
    full_address: Text = ""
    postal_code: Text = ""


class Payment(Wire):
    total_amount: Number | None = None


class Order(Wire):
    id: Text
    status: Text = ""
    fulfillment_type: Text = ""
    warehouse_id: Text = ""
    create_time: Count = 0
    update_time: Count = 0
    collection_time: Count | None = None
    delivery_time: Count = 0
    tracking_number: Text = ""
    shipping_type: Text = ""
    delivery_option_id: Text = ""
    is_buyer_request_cancel: bool = False
    packages: Rows[Named] = []
    payment: Payment = Payment()
    recipient_address: Address | None = None
    line_items: Rows[Unit] = []


class OrderPage(Wire):
    orders: Rows[Order] = []
    next_page_token: Text = ""


class ProviderList(Wire):
    shipping_providers: Rows[Named] = []


class Document(Wire):
    doc_url: Text


class Cancellation(Wire):
    cancel_id: Text


class CancellationPage(Wire):
    cancellations: Rows[Cancellation] = []


class ReturnLine(Wire):
    order_line_item_id: Text = ""


class ReturnOrder(Wire):
    order_id: Text = ""
    return_type: Text = ""
    return_status: Text = ""
    return_line_items: Rows[ReturnLine] = []


class ReturnPage(Wire):
    return_orders: Rows[ReturnOrder] = []
    next_page_token: Text = ""
