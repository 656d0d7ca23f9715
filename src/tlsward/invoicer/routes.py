"""The table of routes. The router, the checks at the border and the OpenAPI document are read
from these rows; there is no other list.
"""  # noqa: D205

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tlsward.invoicer import api, health, login, page, reports
from tlsward.invoicer.border import Border
from tlsward.invoicer.openapi import openapi_document
from tlsward.invoicer.operation import FORM, Operation, Parameter
from tlsward.invoicer.values import (
    ChargeDraft,
    Deleted,
    Heartbeat,
    Invoice,
    InvoiceDraft,
    InvoicePage,
    Version,
)

if TYPE_CHECKING:
    from tlsward.invoicer.request import Call
    from tlsward.invoicer.service import Service

PAGING = (
    Parameter(name="after", type=api.After, help="Show invoices with ids above this one."),
    Parameter(name="limit", type=api.Limit, help="Show so many at most."),
)


async def openapi(call: "Call") -> Response:  # noqa: ARG001
    """Return the OpenAPI document of this table."""
    return Response(_document(), media_type="application/json")


OPERATIONS = (
    # What is asked for most is found first.
    Operation(
        method="GET",
        path="/invoice/{invoice_id}",
        summary="Read an invoice",
        handler=api.read_invoice,
        answers={200: Invoice},
        refusals=(404,),
    ),
    Operation(
        method="GET",
        path="/invoices",
        summary="List invoices",
        handler=api.list_invoices,
        query=PAGING,
        answers={200: InvoicePage},
        refusals=(400,),
    ),
    Operation(
        method="POST",
        path="/invoice",
        summary="Create an invoice",
        handler=api.create_invoice,
        body=InvoiceDraft,
        answers={201: Invoice},
    ),
    Operation(
        method="PUT",
        path="/invoice/{invoice_id}",
        summary="Replace an invoice",
        handler=api.replace_invoice,
        body=InvoiceDraft,
        answers={202: Invoice},
        refusals=(404,),
    ),
    Operation(
        method="DELETE",
        path="/invoice/{invoice_id}",
        summary="Delete an invoice and its charges",
        handler=api.delete_invoice,
        answers={202: Deleted},
        refusals=(404,),
    ),
    Operation(
        method="POST",
        path="/invoice/{invoice_id}/charge",
        summary="Add a charge to an invoice",
        handler=api.add_charge,
        body=ChargeDraft,
        answers={201: Invoice},
        refusals=(404, 409),
    ),
    Operation(
        method="DELETE",
        path="/invoice/{invoice_id}/charge/{charge_id}",
        summary="Delete a charge of an invoice",
        handler=api.delete_charge,
        answers={202: Deleted},
        refusals=(404,),
    ),
    Operation(
        method="GET",
        path="/__heartbeat__",
        summary="Say whether the database answers",
        handler=health.heartbeat,
        access="anybody",
        answers={200: Heartbeat, 503: Heartbeat},
    ),
    Operation(
        method="GET",
        path="/__lbheartbeat__",
        summary="Say that the process answers",
        handler=health.load_balancer_heartbeat,
        access="anybody",
        answers={200: None},
    ),
    Operation(
        method="GET",
        path="/__version__",
        summary="Say what runs",
        handler=health.version,
        access="anybody",
        answers={200: Version},
    ),
    Operation(
        method="GET",
        path="/openapi.json",
        summary="Describe this API",
        handler=openapi,
        access="anybody",
        answers={200: dict[str, Any]},
    ),
    # Pages and what belongs to them: no part of the API.
    Operation(
        method="GET",
        path="/",
        summary="Show the page",
        handler=page.show,
        access="guest",
        documented=False,
    ),
    Operation(
        method="POST",
        path="/page/invoices",
        summary="Create the invoice of a form",
        handler=page.create,
        access="person",
        body=FORM,
        documented=False,
    ),
    Operation(
        method="POST",
        path="/page/invoices/{invoice_id}/delete",
        summary="Delete the invoice of a form",
        handler=page.delete,
        access="person",
        body=FORM,
        documented=False,
    ),
    *(
        Operation(
            method="GET",
            path=f"/statics/{name}",
            summary="A file of the page",
            handler=page.static,
            access="anybody",
            documented=False,
        )
        for name in page.STATICS
    ),
    Operation(
        method="GET",
        path="/authenticate",
        summary="Begin to sign in",
        handler=login.authenticate,
        access="anybody",
        documented=False,
    ),
    Operation(
        method="GET",
        path=login.CALLBACK,
        summary="Take the provider's answer",
        handler=login.callback,
        access="anybody",
        documented=False,
    ),
    Operation(
        method="POST",
        path="/logout",
        summary="Sign out",
        handler=login.log_out,
        access="person",
        body=FORM,
        documented=False,
    ),
    Operation(
        method="POST",
        path="/reports",
        summary="Report a violation",
        handler=reports.collect,
        access="anybody",
        documented=False,
    ),
)


class OnePath:
    """The operations of one path, as an ASGI application."""

    def __init__(self, operations: Mapping[str, Border]) -> None:
        self._operations = dict(operations)
        if "GET" in self._operations:
            self._operations["HEAD"] = self._operations["GET"]
        self._allow = {"Allow": ", ".join(sorted(self._operations))}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on to its method; refuse others with 405."""
        operation = self._operations.get(scope["method"])
        if operation is None:
            raise HTTPException(405, "no such method here", headers=self._allow)
        await operation(scope, receive, send)


def routes(service: "Service") -> list[Route]:
    """Return a route for each path of the table."""
    by_path: dict[str, dict[str, Border]] = {}
    for operation in OPERATIONS:
        by_path.setdefault(operation.path, {})[operation.method] = Border(operation, service)
    return [Route(path, endpoint=OnePath(borders)) for path, borders in by_path.items()]


@cache
def _document() -> bytes:
    import msgspec

    return msgspec.json.encode(openapi_document(OPERATIONS))
