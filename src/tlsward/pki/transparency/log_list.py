"""Names of certificate transparency logs, from the data package that keeps the list."""

import base64
import functools

import msgspec

from tlsward.pki.data_package import package_file


class _Log(msgspec.Struct):
    log_id: str
    description: str = ""


def log_name(log_id: bytes) -> str | None:
    """Return the description of the log with this ID, None where the list has none."""
    return _names().get(log_id)


@functools.cache
def _names() -> dict[bytes, str]:
    octets = package_file("cryptodatahub", "common/certificate-transparency-log.json")
    if octets is None:
        return {}
    try:
        logs = msgspec.json.decode(octets, type=dict[str, _Log])
        return {base64.b64decode(log.log_id): log.description for log in logs.values()}
    except (msgspec.DecodeError, ValueError):
        return {}
