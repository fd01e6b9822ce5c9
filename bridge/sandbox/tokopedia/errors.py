"""What the marketplace refuses, by its own codes. Business errors come as HTTP 200, those of the gateway do not."""

from typing import Any

WORDS = {
    12019011: "product package weight is invalid",
    12019012: "product package size is invalid",
    12019022: "SKU must contain a valid warehouse.",
    12019024: "stock count is invalid",
    12019027: "The maximum count of seller_skus in the search filter is 10.",
    12019028: "Multiple warehouses detected. Include all warehouse IDs and the corresponding details and try again.",
    12019045: "price is locked",
    12019059: "seller sku is invalid",
    12019087: "The number of SKU IDs exceeds the limit of 10",
    12019109: "page size is invalid",
    12019113: "product status is invalid",
    12019118: "search create time invalid",
    12019119: "search update time invalid",
    12019120: "The number of provided product IDs exceeds the limit.",
    12052002: "Incorrect category format",
    12052003: "Incorrect parcel height format",
    12052004: "Incorrect parcel width format",
    12052005: "Incorrect parcel length format",
    12052006: "Incorrect parcel weight format",
    12052013: "The product description cannot exceed maximum characters",
    12052015: "The product description is required",
    12052023: "Category does not exist",
    12052024: "Category is not final category",
    12052028: "Main product image is required",
    12052031: "Invalid product ID(s) found",
    12052032: "The product does not exist",
    12052036: "The SKU ID is necessary",
    12052038: "Product price locked due to ongoing promotion.",
    12052048: "You cannot edit the specified product(s) as it isn't listed in your account or shop.",
    12052050: "A single product cannot have more than 100 different SKUs",
    12052051: "The product name must have 25 to 255 characters",
    12052054: "The seller SKU text length cannot exceed max limit characters",
    12052055: "The SKU inventory quantity for the warehouse must be within allowed limits.",
    12052056: "The num of image in description cannot exceed max limit",
    12052073: "The product price is invalid",
    12052084: "The provided currency is not available for this shop/region.",
    12052097: "The warehouse does not exist",
    12052104: "property is required",
    12052105: "required qualification miss",
    12052180: "The total number of search results can not exceed 10000.",
    12052181: "The package weight of the product can not be zero.",
    12052182: "The field is required with the value that was selected for its parent",
    12052183: "The field should be left empty with the value that was selected for its parent",
    12052208: "A brand authorization is required to publish this listing.",
    12052217: "Incorrect category version. Specify category_version=v2.",
    12052220: "This category is prohibited or unsupported. Select another category.",
    12052222: "category do not support cod",
    12052223: "This category is restricted. To sell in this category, apply through the Qualification Center.",
    12052240: "Do not support custom property.",
    12052242: "The attribute name characters cannot exceed max_limit",
    12052246: "The attribute does not support multi selected",
    12052247: "Do not support custom product attribute.",
    12052248: "The value name or attribute value id is empty.",
    12052249: "The value name characters cannot exceed max_limit",
    12052253: "Duplicate attribute value id",
    12052254: "Duplicate attribute id",
    12052256: "The value need to be positive integers or positive decimals.",
    12052261: "product name is empty",
    12052262: "Chinese characters are not supported in product name",
    12052300: "product main image uri illegal",
    12052301: "Width and length of main image must be at least 300",
    12052302: "The main images size exceed limit.",
    12052306: "main product images count exceed limit",
    12052316: "product second hand not applicable in this sale platform",
    12052330: "product is not supported to list in designated sale platform",
    12052340: "product description image uri illegal",
    12052344: "The product description html syntax with error",
    12052348: "The product description html tag required attribute is miss.",
    12052393: "Product locked for Promotion and stock can't be updated below current stock",
    12052520: "product sale property image uri illegal",
    12052522: "Product sale property image is required",
    12052525: "The attribute max num cannot exceed 3.",
    12052527: "The sale attribute id not exist.",
    12052528: "You can add images to only 1 product variation",
    12052529: "The property value id not exist.",
    12052530: "The warehouse does not belong to this shop/seller.",
    12052532: "the warehouse not delivery warehouse",
    12052533: "Removal, addition, and change of warehouses are not permitted. Please specify the original warehouses.",
    12052547: "There is no version of this product that is under review. Please obtain the online version.",
    12052550: "SKU property must contain all properties",
    12052553: "Sku id duplicate",
    12052556: "The SKU id not exist.",
    12052557: "The SKU ID does not belong to the product.",
    12052560: "The SKU contains duplicate sales attribute.",
    12052570: "product price exceed limit",
    12052571: "product price is missing",
    12052650: "product qualification image uri illegal",
    12052655: "qualification id not exist",
    12052656: "qualification id duplicate",
    12052658: "product qualification file uri illegal",
    12052670: "The size chart is missing, or its image URI is invalid.",
    12052901: "The product in its current status is not available for this operation. Change the product status and try again.",
    12052902: "The SKU list is empty. Either omit the list entirely, or provide all required details.",
    12052910: "Invalid input parameters. Refer to the API documentation for details.",
    12052913: "No category matches.",
    12052915: "package weight unit and dimension unit miss match.",
    12052931: "The title cannot contain HTML escape characters, emojis, control characters, only symbols, or long repeats",
    12052932: "The description cannot contain HTML escape characters, emojis, control characters, or long repeats",
    12052990: "Check failed",
    12052996: "external_id duplicated",
}


class ApiError(Exception):
    """One refusal."""

    def __init__(self, code: int, message: str = "", status: int = 200) -> None:
        self.code, self.message, self.status = code, message or WORDS.get(code, "Check failed"), status
        super().__init__(f"{code}: {self.message}")

    def row(self, **detail: Any) -> dict[str, Any]:
        """As an entry of `data.errors`."""
        return {"code": self.code, "message": self.message, "detail": detail}


def bad_request(message: str) -> ApiError:
    """The overloaded code: callers must read the words."""
    return ApiError(36009004, message, 400)


def wrong(name: str, wanted: str) -> ApiError:
    return ApiError(98001004, f"Parameter is invalid: {name}, expected {wanted}")
