"""What the marketplace refuses and how it words it. HTTP 200 throughout: common clients drop the bodies of other codes."""

PREFIXED = ("product", "media_space")
UNPREFIXED_CALLS = ("product/get_item_violation_info",)


class ApiError(Exception):
    """One refusal. `response` goes along where the platform explains itself row by row."""

    def __init__(self, code: str, message: str = "", response: object = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.response = code, message, response


class GatewayError(ApiError):
    """Refused before the call reached its module: never with a prefix."""


def worded(call: str, error: ApiError) -> str:
    """The code as this call writes it: the product module puts its name in front, the gateway and the others do not."""
    module = call.split("/", 1)[0]
    if isinstance(error, GatewayError) or "." in error.code or call in UNPREFIXED_CALLS or module not in PREFIXED:
        return error.code
    return f"product.{error.code}"


def wrong(detail: str) -> ApiError:
    return ApiError("error_param", f"Wrong parameters, detail: {detail}.")


def not_found() -> ApiError:
    return ApiError("error_item_not_found", "Product not found")
