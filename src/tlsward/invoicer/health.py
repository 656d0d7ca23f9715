"""What operators ask of any service (Mozilla's Dockerflow), and nobody has to sign in for."""

import os
from typing import TYPE_CHECKING

from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from tlsward import __version__
from tlsward.invoicer.api import json_response
from tlsward.invoicer.values import Heartbeat, Version

if TYPE_CHECKING:
    from tlsward.invoicer.request import Call

_NOTHING = select(literal(1))
SOURCE = "https://pypi.org/project/tlsward/"


async def heartbeat(call: "Call") -> Response:
    """Say whether the database answers: 200 or 503."""
    try:
        await call.service.database.rows(_NOTHING)
    except (SQLAlchemyError, OSError) as error:
        call.service.log.error("heartbeat", reason=type(error).__name__)
        return json_response(Heartbeat(database=False), 503)
    return json_response(Heartbeat(database=True))


async def load_balancer_heartbeat(call: "Call") -> Response:  # noqa: ARG001
    """Say that the process answers."""
    return Response(b"", 200)


async def version(call: "Call") -> Response:  # noqa: ARG001
    """Say what runs."""
    return json_response(
        Version(
            source=SOURCE,
            version=__version__,
            commit=os.environ.get("TLSWARD_COMMIT", ""),
            build=os.environ.get("TLSWARD_BUILD", ""),
        )
    )
