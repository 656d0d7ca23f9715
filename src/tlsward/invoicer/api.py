"""The API: invoices and charges. Every handler is behind the border."""

from typing import TYPE_CHECKING, Annotated, Any, cast

import msgspec
from msgspec import Meta
from starlette.responses import Response

from tlsward.invoicer.problems import RefusedError
from tlsward.invoicer.store import TooManyChargesError
from tlsward.invoicer.values import (
    LARGEST_ID,
    MOST_CHARGES,
    ChargeDraft,
    Deleted,
    Invoice,
    InvoiceDraft,
)

if TYPE_CHECKING:
    from tlsward.invoicer.request import Call

DEFAULT_LIMIT, MOST_ON_A_PAGE = 20, 100
After = Annotated[int, Meta(ge=0, le=LARGEST_ID)]
Limit = Annotated[int, Meta(ge=1, le=MOST_ON_A_PAGE)]


def json_response(
    value: Any,  # noqa: ANN401 - whatever msgspec encodes
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return a value as JSON."""
    return Response(
        msgspec.json.encode(value), status, media_type="application/json", headers=headers
    )


async def list_invoices(call: "Call") -> Response:
    """Return a page of invoices."""
    after, limit = page_wanted(call)
    return json_response(await call.service.invoices.page(after=after, limit=limit))


async def create_invoice(call: "Call") -> Response:
    """Keep a new invoice; say where it is."""
    invoice = await call.service.invoices.create(cast("InvoiceDraft", call.body))
    return json_response(invoice, 201, {"Location": f"/invoice/{invoice.id}"})


async def read_invoice(call: "Call") -> Response:
    """Return an invoice."""
    return json_response(found(await call.service.invoices.read(call.ids[0]), call))


async def replace_invoice(call: "Call") -> Response:
    """Replace all of an invoice but its id."""
    draft = cast("InvoiceDraft", call.body)
    return json_response(found(await call.service.invoices.replace(call.ids[0], draft), call), 202)


async def delete_invoice(call: "Call") -> Response:
    """Delete the one invoice of this id."""
    if not await call.service.invoices.delete(call.ids[0]):
        found(None, call)
    return json_response(Deleted(id=call.ids[0]), 202)


async def add_charge(call: "Call") -> Response:
    """Add a charge to an invoice."""
    draft = cast("ChargeDraft", call.body)
    try:
        invoice = found(await call.service.invoices.add_charge(call.ids[0], draft), call)
    except TooManyChargesError:
        raise RefusedError(409, f"an invoice has {MOST_CHARGES} charges at most") from None
    return json_response(invoice, 201)


async def delete_charge(call: "Call") -> Response:
    """Delete a charge of an invoice."""
    invoice_id, charge_id = call.ids
    if not await call.service.invoices.delete_charge(invoice_id, charge_id):
        raise RefusedError(404, f"invoice {invoice_id} has no charge {charge_id}")
    return json_response(Deleted(id=charge_id), 202)


def found(invoice: Invoice | None, call: "Call") -> Invoice:
    """Return the invoice, or refuse where there is none."""
    if invoice is None:
        raise RefusedError(404, f"there is no invoice {call.ids[0]}")
    return invoice


def page_wanted(call: "Call") -> tuple[int, int]:
    """Return `after` and `limit` of the query; refuse what is no such number."""
    query = call.request.query_params
    if set(query) - {"after", "limit"} or len(query.multi_items()) > len(set(query)):
        raise RefusedError(400, "the query has after and limit, each once")
    return (
        _number(query.get("after"), "after", 0, LARGEST_ID, 0),
        _number(query.get("limit"), "limit", 1, MOST_ON_A_PAGE, DEFAULT_LIMIT),
    )


def _number(text: str | None, name: str, least: int, most: int, default: int) -> int:
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) <= 19 and least <= int(text) <= most:
        return int(text)
    raise RefusedError(400, f"{name} is a whole number from {least} to {most}")
