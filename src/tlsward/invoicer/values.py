"""What goes over the border: invoices, charges, and the one shape of every error.

Amounts are whole numbers of the smallest unit of the currency. What a caller sends is a
draft, without an id and with no field beside those below; the id is the database's alone.
"""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

#: The largest id that SQLite and PostgreSQL can both hold.
LARGEST_ID = 2**63 - 1
MOST_CHARGES = 100
#: PostgreSQL holds no NUL in a text.
_NO_NUL = r"^[^\x00]*$"

Id = Annotated[int, Meta(ge=1, le=LARGEST_ID)]
Amount = Annotated[int, Meta(ge=0, le=10**12, description="In the smallest unit.")]
#: A discount is a charge below zero.
ChargeAmount = Annotated[int, Meta(ge=-(10**12), le=10**12, description="In the smallest unit.")]
ChargeType = Annotated[str, Meta(min_length=1, max_length=64, pattern=_NO_NUL)]
Description = Annotated[str, Meta(max_length=500, pattern=_NO_NUL)]


class ChargeDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A charge as a caller gives it."""

    type: ChargeType
    amount: ChargeAmount
    description: Description = ""


class InvoiceDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An invoice as a caller gives it: all of it, so that to replace one is to replace all."""

    amount: Amount
    is_paid: bool = False
    due_date: date | None = None
    payment_date: date | None = None
    charges: Annotated[tuple[ChargeDraft, ...], Meta(max_length=MOST_CHARGES)] = ()


class Charge(Struct, frozen=True, kw_only=True):
    """A charge as it is kept."""

    id: Id
    type: ChargeType
    amount: ChargeAmount
    description: Description


class Invoice(Struct, frozen=True, kw_only=True):
    """An invoice as it is kept, its charges by their ids."""

    id: Id
    amount: Amount
    is_paid: bool
    due_date: date | None
    payment_date: date | None
    charges: tuple[Charge, ...]


class InvoicePage(Struct, frozen=True, kw_only=True):
    """Invoices by their ids; `next` is the `after` of the page that follows, null on the last."""

    invoices: tuple[Invoice, ...]
    next: Id | None


class Deleted(Struct, frozen=True, kw_only=True):
    """The id of what is no more."""

    id: Id


class Heartbeat(Struct, frozen=True, kw_only=True):
    """Whether the service can work."""

    database: bool


class Version(Struct, frozen=True, kw_only=True):
    """What runs: Mozilla's Dockerflow asks for it at /__version__."""

    source: str
    version: str
    commit: str
    build: str


class Problem(Struct, frozen=True, kw_only=True):
    """The shape of every error: a problem document (RFC 9457 section 3)."""

    title: str
    status: int
    detail: str
    request_id: str
    type: str = "about:blank"
