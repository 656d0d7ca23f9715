"""The page: invoices listed, made and deleted by forms; scripts only make it smoother."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import jinja2
import msgspec
from starlette.responses import RedirectResponse, Response

from tlsward.invoicer.api import DEFAULT_LIMIT, found, page_wanted
from tlsward.invoicer.border import CSRF_FIELD
from tlsward.invoicer.csrf import make_csrf_token
from tlsward.invoicer.problems import RefusedError
from tlsward.invoicer.settings import CSRF_SECONDS
from tlsward.invoicer.values import InvoiceDraft, InvoicePage

if TYPE_CHECKING:
    from tlsward.invoicer.request import Call

HERE = Path(__file__).resolve().parent
STATICS = {"page.css": "text/css", "page.js": "text/javascript"}
_LONGEST_AMOUNT = 16


async def show(call: "Call") -> Response:
    """Show a page of invoices to whoever has signed in, and the way in to others."""
    session = call.caller.session if call.caller is not None else None
    shown, csrf_token = None, None
    if session is not None:
        after, limit = page_wanted(call)
        shown = await call.service.invoices.page(after=after, limit=limit)
        expires = int(call.service.now().timestamp()) + CSRF_SECONDS
        csrf_token = make_csrf_token(session.csrf_key, expires=expires)
    html = _template().render(
        person=session.name if session is not None else None,
        page=shown or InvoicePage(invoices=(), next=None),
        limit=DEFAULT_LIMIT,
        csrf_field=CSRF_FIELD,
        csrf_token=csrf_token,
        can_sign_in=call.service.provider is not None,
    )
    return Response(html, media_type="text/html; charset=utf-8")


async def create(call: "Call") -> Response:
    """Keep the invoice of the form."""
    await call.service.invoices.create(_draft(cast("dict[str, str]", call.body)))
    return RedirectResponse("/", 303)


async def delete(call: "Call") -> Response:
    """Delete the invoice whose form this is."""
    if not await call.service.invoices.delete(call.ids[0]):
        found(None, call)
    return RedirectResponse("/", 303)


async def static(call: "Call") -> Response:
    """Return one of the files of the page, by its name in the table above."""
    name = call.request.url.path.rpartition("/")[2]
    return Response(
        _static(name),
        media_type=STATICS[name],
        headers={"Cache-Control": "public, max-age=3600"},
    )


@cache
def _static(name: str) -> bytes:
    return (HERE / "statics" / name).read_bytes()


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["money"] = money
    return environment.get_template("page.html")


def money(amount: int) -> str:
    """Return an amount with its hundredths behind a point."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def _draft(fields: dict[str, str]) -> InvoiceDraft:
    """Return the invoice that the form describes, with a charge where it names one."""
    values: dict[str, object] = {
        "amount": _hundredths(fields.get("amount", ""), "amount"),
        "due_date": fields.get("due_date") or None,
        "is_paid": fields.get("is_paid") == "yes",
    }
    if fields.get("charge_type"):
        charge = {
            "type": fields["charge_type"],
            "amount": _hundredths(fields.get("charge_amount", ""), "charge_amount"),
            "description": fields.get("charge_description", ""),
        }
        values["charges"] = [charge]
    try:
        return msgspec.convert(values, InvoiceDraft)
    except msgspec.ValidationError as error:
        raise RefusedError(422, str(error)) from None


def _hundredths(text: str, name: str) -> int:
    whole, point, rest = text.strip().removeprefix("-").partition(".")
    digits = whole + rest.ljust(2, "0")
    fits = whole and (len(rest) in {1, 2} if point else True) and len(digits) <= _LONGEST_AMOUNT
    if not (fits and digits.isascii() and digits.isdigit()):
        raise RefusedError(422, f"{name}: write a number such as 12.50")
    return int(digits) * (-1 if text.strip().startswith("-") else 1)
