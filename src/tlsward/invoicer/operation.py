"""What a row of the table of routes says of one operation."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

from msgspec import Struct
from starlette.responses import Response

from tlsward.invoicer.request import Call

#: The body of a form, decoded to its fields.
FORM = "form"

#: `anybody`; `guest`: known or not; `caller`: a token or a session; `person`: a session.
Access = Literal["anybody", "guest", "caller", "person"]


class Parameter(Struct, frozen=True, kw_only=True):
    """A parameter of the query."""

    name: str
    type: Any
    help: str


class Operation(Struct, frozen=True, kw_only=True):
    """One method of one path: what it takes, what it answers, who may.

    `answers` has the type of the body by status, None for none; refusals that the border
    makes of itself are added where the document is written. `documented` ones are the API.
    """

    method: str
    path: str
    summary: str
    handler: Callable[[Call], Awaitable[Response]]
    access: Access = "caller"
    body: Any = None
    query: tuple[Parameter, ...] = ()
    answers: Mapping[int, Any] = {}
    refusals: tuple[int, ...] = ()
    documented: bool = True
