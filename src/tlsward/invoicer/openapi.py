"""The OpenAPI 3.1 document, written from the table of routes and the types in it."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from tlsward import __version__
from tlsward.invoicer.operation import Operation
from tlsward.invoicer.problems import MEDIA_TYPE
from tlsward.invoicer.values import Id, Problem

_PARAMETER = re.compile(r"{(\w+)}")
_REF = "#/components/schemas/{name}"


def openapi_document(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the document of the documented operations."""
    shown = [operation for operation in operations if operation.documented]
    types = _Types(shown)
    paths: dict[str, dict[str, Any]] = {}
    for operation in shown:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(
            operation, types
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Invoicer",
            "version": __version__,
            "description": "Invoices and their charges. Every error is a problem document.",
            "license": {"name": "MPL-2.0", "identifier": "MPL-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": types.components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


class _Types:
    """The schemas of all types that the operations speak of."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        wanted: list[Any] = [Problem, Id]
        for operation in operations:
            wanted += [kind for kind in operation.answers.values() if kind is not None]
            wanted += [parameter.type for parameter in operation.query]
            if operation.body is not None:
                wanted.append(operation.body)
        schemas, self.components = msgspec.json.schema_components(wanted, ref_template=_REF)
        self._schemas = list(zip(wanted, schemas, strict=True))

    def of(self, kind: Any) -> dict[str, Any]:  # noqa: ANN401 - any type msgspec knows
        """Return the schema of a type."""
        return next(schema for known, schema in self._schemas if known is kind or known == kind)


def _operation(operation: Operation, types: _Types) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.handler.__name__,
        "summary": operation.summary,
        "parameters": [
            *(
                {"name": name, "in": "path", "required": True, "schema": types.of(Id)}
                for name in _PARAMETER.findall(operation.path)
            ),
            *(
                {
                    "name": parameter.name,
                    "in": "query",
                    "description": parameter.help,
                    "schema": types.of(parameter.type),
                }
                for parameter in operation.query
            ),
        ],
        "responses": {
            **{
                str(status): _answer(status, kind, "application/json", types)
                for status, kind in operation.answers.items()
            },
            **{
                str(status): _answer(status, Problem, MEDIA_TYPE, types)
                for status in _refusals(operation)
            },
        },
        "security": [] if operation.access == "anybody" else [{"token": []}],
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": types.of(operation.body)}},
        }
    return described


def _refusals(operation: Operation) -> list[int]:
    """Return the statuses of the operation's own refusals and of those of the border."""
    border: set[int] = set(operation.refusals)
    if operation.access != "anybody":
        border |= {401, 403, 503}
    if _PARAMETER.search(operation.path):
        border |= {400}
    if operation.body is not None:
        border |= {400, 408, 413, 415, 422}
    return sorted(border - set(operation.answers))


def _answer(status: int, kind: Any, media_type: str, types: _Types) -> dict[str, Any]:  # noqa: ANN401
    answer: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if kind is not None:
        answer["content"] = {media_type: {"schema": types.of(kind)}}
    return answer
