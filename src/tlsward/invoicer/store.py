"""Invoices and charges in the database. Every statement names the rows it is about."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tlsward.invoicer.database import Database
from tlsward.invoicer.tables import charges, invoices
from tlsward.invoicer.values import (
    MOST_CHARGES,
    Charge,
    ChargeDraft,
    Invoice,
    InvoiceDraft,
    InvoicePage,
)

_COLUMNS = (
    invoices.c.id,
    invoices.c.amount,
    invoices.c.is_paid,
    invoices.c.due_date,
    invoices.c.payment_date,
    charges.c.id.label("charge_id"),
    charges.c.type.label("charge_type"),
    charges.c.amount.label("charge_amount"),
    charges.c.description.label("charge_description"),
)
# Built once: to build a statement costs more than to run it.
_ONE = (
    select(*_COLUMNS)
    .select_from(invoices.outerjoin(charges))
    .where(invoices.c.id == bindparam("invoice_id"))
    .order_by(charges.c.id)
)
_PAGE = (
    select(invoices.c.id)
    .where(invoices.c.id > bindparam("after"))
    .order_by(invoices.c.id)
    .limit(bindparam("most"))
)
_SEVERAL = (
    select(*_COLUMNS)
    .select_from(invoices.outerjoin(charges))
    .where(invoices.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(invoices.c.id, charges.c.id)
)


class TooManyChargesError(Exception):
    """The invoice has as many charges as it may."""


class InvoiceStore:
    """All invoices. Ids are whole numbers from 1 on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._engine = database.engine

    async def read(self, invoice_id: int) -> Invoice | None:
        """Return an invoice, None where there is none of this id."""
        rows = await self._database.rows(_ONE, {"invoice_id": invoice_id})
        return next(iter(_invoices(rows)), None)

    async def page(self, *, after: int, limit: int) -> InvoicePage:
        """Return the first invoices whose ids are above `after`."""
        found = await self._database.rows(_PAGE, {"after": after, "most": limit + 1})
        ids = [row.id for row in found]
        shown = ids[:limit]
        rows = await self._database.rows(_SEVERAL, {"ids": shown})
        return InvoicePage(
            invoices=tuple(_invoices(rows)), next=shown[-1] if len(ids) > limit else None
        )

    async def create(self, draft: InvoiceDraft) -> Invoice:
        """Keep a new invoice."""
        async with self._engine.begin() as connection:
            made = await connection.execute(
                insert(invoices).values(**_row(draft)).returning(invoices.c.id)
            )
            invoice_id = made.scalar_one()
            await _add_charges(connection, invoice_id, draft.charges)
            return await _present(connection, invoice_id)

    async def replace(self, invoice_id: int, draft: InvoiceDraft) -> Invoice | None:
        """Replace all of an invoice but its id; None where there is none of this id."""
        async with self._engine.begin() as connection:
            changed = await connection.execute(
                update(invoices).where(invoices.c.id == invoice_id).values(**_row(draft))
            )
            if not changed.rowcount:
                return None
            await connection.execute(delete(charges).where(charges.c.invoice_id == invoice_id))
            await _add_charges(connection, invoice_id, draft.charges)
            return await _present(connection, invoice_id)

    async def delete(self, invoice_id: int) -> bool:
        """Delete an invoice and its charges; return whether there was one."""
        async with self._engine.begin() as connection:
            gone = await connection.execute(delete(invoices).where(invoices.c.id == invoice_id))
            return bool(gone.rowcount)

    async def add_charge(self, invoice_id: int, draft: ChargeDraft) -> Invoice | None:
        """Add a charge; None where there is no such invoice.

        Raises TooManyChargesError where it has as many as it may.
        """
        async with self._engine.begin() as connection:
            # To lock the invoice keeps two additions at once from being one too many.
            found = await connection.execute(
                update(invoices).where(invoices.c.id == invoice_id).values(amount=invoices.c.amount)
            )
            if not found.rowcount:
                return None
            counted = await connection.execute(
                select(func.count()).where(charges.c.invoice_id == invoice_id)
            )
            if counted.scalar_one() >= MOST_CHARGES:
                raise TooManyChargesError
            await _add_charges(connection, invoice_id, (draft,))
            return await _present(connection, invoice_id)

    async def delete_charge(self, invoice_id: int, charge_id: int) -> bool:
        """Delete a charge of this invoice; return whether it has such a one."""
        async with self._engine.begin() as connection:
            gone = await connection.execute(
                delete(charges).where(charges.c.id == charge_id, charges.c.invoice_id == invoice_id)
            )
            return bool(gone.rowcount)


async def _present(connection: AsyncConnection, invoice_id: int) -> Invoice:
    """Return the invoice as this transaction has it."""
    rows = await connection.execute(_ONE, {"invoice_id": invoice_id})
    return _invoices(rows)[0]


async def _add_charges(
    connection: AsyncConnection, invoice_id: int, drafts: Sequence[ChargeDraft]
) -> None:
    if drafts:
        await connection.execute(
            insert(charges),
            [
                {
                    "invoice_id": invoice_id,
                    "type": draft.type,
                    "amount": draft.amount,
                    "description": draft.description,
                }
                for draft in drafts
            ],
        )


def _row(draft: InvoiceDraft) -> dict[str, Any]:
    return {
        "amount": draft.amount,
        "is_paid": draft.is_paid,
        "due_date": draft.due_date,
        "payment_date": draft.payment_date,
    }


def _invoices(rows: Iterable[Any]) -> list[Invoice]:
    """Return the invoices of joined rows, which stand together for each."""
    heads: dict[int, Any] = {}
    lines: dict[int, list[Charge]] = {}
    for row in rows:
        heads.setdefault(row.id, row)
        own = lines.setdefault(row.id, [])
        if row.charge_id is not None:
            own.append(
                Charge(
                    id=row.charge_id,
                    type=row.charge_type,
                    amount=row.charge_amount,
                    description=row.charge_description,
                )
            )
    return [
        Invoice(
            id=head.id,
            amount=head.amount,
            is_paid=head.is_paid,
            due_date=head.due_date,
            payment_date=head.payment_date,
            charges=tuple(lines[head.id]),
        )
        for head in heads.values()
    ]
