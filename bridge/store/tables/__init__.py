"""All tables of architecture §4a. Importing this module fills the metadata that the migrations are checked against."""

from bridge.store.tables.base import metadata
from bridge.store.tables.catalog import (
    Curation,
    CurationStep,
    Location,
    Merchant,
    Product,
    Sku,
    SkuComponent,
    SourceRow,
)
from bridge.store.tables.channel import App, Cursor, GrantRow, Inbox, Picture, RemotePicture, Road, SchemaCache, Shop
from bridge.store.tables.daemon import AlertRow, Job
from bridge.store.tables.drift import DriftRow
from bridge.store.tables.journal import BucketRow, Lease, OpenWrite, OperationRow, OperationSku, Run
from bridge.store.tables.listing import Facet, Listing, ListingSku
from bridge.store.tables.order import Buyer, Order, OrderLine
from bridge.store.tables.stock import Balance, ExposureRow, StockCount, StockEntry

__all__ = [
    "AlertRow",
    "App",
    "Balance",
    "BucketRow",
    "Buyer",
    "Curation",
    "CurationStep",
    "Cursor",
    "DriftRow",
    "ExposureRow",
    "Facet",
    "GrantRow",
    "Inbox",
    "Job",
    "Lease",
    "Listing",
    "ListingSku",
    "Location",
    "Merchant",
    "OpenWrite",
    "OperationRow",
    "OperationSku",
    "Order",
    "OrderLine",
    "Picture",
    "Product",
    "RemotePicture",
    "Road",
    "Run",
    "SchemaCache",
    "Shop",
    "Sku",
    "SkuComponent",
    "SourceRow",
    "StockCount",
    "StockEntry",
    "metadata",
]
