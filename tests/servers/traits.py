"""What a server does beside suites and groups, as OpenSSL's s_client sees it.

Extensions by their numbers in the server's answer, resumption by doing it. None stands
where the question has no meaning for the server, or this client cannot ask it.
"""

import contextlib
import subprocess
import tempfile
from collections.abc import Collection
from pathlib import Path

from servers.laboratory import Running

Traits = dict[str, bool | None]
EXTENSION = 'TLS server extension "'
ENCRYPT_THEN_MAC, EXTENDED_MASTER_SECRET, SESSION_TICKET = 22, 23, 35
MAX_FRAGMENT_LENGTH, RENEGOTIATION_INFO = 1, 65281
BLOCK_SUITES = "AES128-SHA:AES256-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA:ADH-AES128-SHA"
APPLICATIONS = ("h2", "http/1.1", "http/1.0")
RELUCTANT_SECONDS = 3


class Talk:
    """One run of s_client: whether it shook hands, and what it printed."""

    def __init__(self, server: Running, *options: str, name: bool = True) -> None:
        where = ["-connect", f"{server.host}:{server.port}"]
        where += ["-servername", server.sni] if name else ["-noservername"]
        done = subprocess.run(
            ["openssl", "s_client", "-tlsextdebug", *where, *options],
            input="",
            capture_output=True,
            text=True,
            timeout=30,
            errors="replace",
        )
        self.text = done.stdout + done.stderr
        self.succeeded = "Cipher is (NONE)" not in self.text and "Cipher is" in self.text
        self.extensions = {
            int(line.split("(id=")[1].split(")")[0])
            for line in self.text.splitlines()
            if line.startswith(EXTENSION)
        }


def measure_traits(server: Running, protocols: Collection[str]) -> Traits:
    """Return the traits by the names that ScanResult's fields have."""
    traits: Traits = {}
    if "TLSv1.2" in protocols:
        traits |= older_traits(server)
    if "TLSv1.3" in protocols:
        traits["psk_resumption"] = resumes(server, "-tls1_3")
    newest = "-tls1_3" if "TLSv1.3" in protocols else "-tls1_2"
    traits["requires_sni"] = not Talk(server, newest, *lenient(newest), name=False).succeeded
    talk = Talk(server, newest, *lenient(newest), "-status")
    anonymous = "no peer certificate available" in talk.text
    traits["ocsp_stapling"] = None if anonymous else "OCSP Response Status: successful" in talk.text
    if "TLSv1.2" in protocols and len(protocols) > 1:
        traits["fallback_scsv"] = refuses_fallback(server, protocols)
    return traits


def alpn(server: Running, protocols: Collection[str]) -> list[str]:
    """Return which of the web's protocols the server agrees to, offered one by one."""
    newest = "-tls1_3" if "TLSv1.3" in protocols else "-tls1_2"
    if not {"TLSv1.3", "TLSv1.2"} & set(protocols):
        return []
    return [
        name
        for name in APPLICATIONS
        if f"ALPN protocol: {name}" in Talk(server, newest, *lenient(newest), "-alpn", name).text
    ]


def lenient(version: str) -> tuple[str, ...]:
    """Return the options that let s_client take whatever suite it knows."""
    return () if version == "-tls1_3" else ("-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0")


def older_traits(server: Running) -> Traits:
    """Return what TLS 1.2 shows."""
    version = ("-tls1_2", *lenient("-tls1_2"))
    talk = Talk(server, *version)
    blocks = Talk(server, "-tls1_2", "-cipher", f"{BLOCK_SUITES}:@SECLEVEL=0")
    fragments = Talk(server, *version, "-maxfraglen", "512")
    return {
        "secure_renegotiation": RENEGOTIATION_INFO in talk.extensions,
        "extended_master_secret": EXTENDED_MASTER_SECRET in talk.extensions,
        "session_ticket": SESSION_TICKET in talk.extensions,
        "encrypt_then_mac": ENCRYPT_THEN_MAC in blocks.extensions if blocks.succeeded else None,
        "max_fragment_length": MAX_FRAGMENT_LENGTH in fragments.extensions,
        "client_certificate": "Client Certificate Types" in talk.text,
        "ticket_resumption": SESSION_TICKET in talk.extensions and resumes(server, *version),
        "session_id_resumption": resumes(server, *version, "-no_ticket"),
    }


def resumes(server: Running, *options: str) -> bool:
    """Tell whether a second connection resumes the first one's session."""
    with tempfile.TemporaryDirectory() as directory:
        session = str(Path(directory) / "session")
        # A ticket of TLS 1.3 comes after the handshake: ask for a page and read to the end,
        # which servers of other protocols put off.
        first = ["openssl", "s_client", "-connect", f"{server.host}:{server.port}", "-ign_eof"]
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(
                [*first, "-servername", server.sni, "-sess_out", session, *options],
                input=b"GET / HTTP/1.0\r\n\r\n",
                capture_output=True,
                timeout=RELUCTANT_SECONDS,
            )
        if not Path(session).exists():
            return False
        return "Reused, TLS" in Talk(server, "-sess_in", session, *options).text


def refuses_fallback(server: Running, protocols: Collection[str]) -> bool:
    """Tell whether a fallback to the second newest version is refused (RFC 7507)."""
    version = {"TLSv1.2": "-tls1_2", "TLSv1.1": "-tls1_1", "TLSv1": "-tls1"}
    second = sorted(protocols)[-2]
    if second not in version:
        return False
    # Dovecot and slapd close before their alert is sent: what counts is the difference.
    options = (version[second], *lenient(version[second]))
    fallback = Talk(server, *options, "-fallback_scsv")
    # s_client itself gives up on one that goes on, for the downgrade mark in its random.
    gave_up = "ssl_choose_client_version" in fallback.text
    return Talk(server, *options).succeeded and not fallback.succeeded and not gave_up
