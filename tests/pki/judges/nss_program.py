"""Asks libnss3 about chains: a JSON list of cases in, its version and its words out.

Each case has a child process of its own, since NSS remembers certificates by their names
and serial numbers for as long as it runs, and cannot be forked once it was started. The
roots are trusted as `certutil -t C,,` does it, a trusted leaf as `-t P,,` besides.
"""

import base64
import ctypes
import json
import os
import sys

USAGE_SSL_SERVER = 0x0002
#: certdb.h: CERTDB_VALID_CA, CERTDB_TRUSTED_CA; CERTDB_TERMINAL_RECORD, CERTDB_TRUSTED.
TRUSTED_AUTHORITY = 1 << 3 | 1 << 4
TRUSTED_PEER = 1 << 0 | 1 << 1


class SecItem(ctypes.Structure):
    _fields_ = (("type", ctypes.c_int), ("data", ctypes.c_char_p), ("length", ctypes.c_uint))


class CertificateTrust(ctypes.Structure):
    _fields_ = (("ssl", ctypes.c_uint), ("email", ctypes.c_uint), ("objects", ctypes.c_uint))


class Library:
    def __init__(self) -> None:
        self.nss = ctypes.CDLL("libnss3.so")
        self.runtime = ctypes.CDLL("libnspr4.so")
        pointer = ctypes.c_void_p
        self.nss.NSS_GetVersion.restype = ctypes.c_char_p
        self.nss.CERT_GetDefaultCertDB.restype = pointer
        self.nss.CERT_NewTempCertificate.restype = pointer
        self.nss.CERT_NewTempCertificate.argtypes = [
            *(pointer, ctypes.POINTER(SecItem), ctypes.c_char_p, ctypes.c_int, ctypes.c_int)
        ]
        self.nss.CERT_ChangeCertTrust.argtypes = [
            *(pointer, pointer, ctypes.POINTER(CertificateTrust))
        ]
        self.nss.CERT_VerifyCertificate.argtypes = [
            *(pointer, pointer, ctypes.c_int, ctypes.c_int64, ctypes.c_int64),
            *(pointer, pointer, pointer),
        ]
        self.nss.CERT_VerifyCertName.argtypes = [pointer, ctypes.c_char_p]
        self.runtime.PR_ErrorToName.restype = ctypes.c_char_p

    @property
    def version(self) -> str:
        return self.nss.NSS_GetVersion().decode()

    def judge(self, case: dict) -> str:
        """Return the name of the error, empty where the chain is accepted for the host."""
        if self.nss.NSS_NoDB_Init(b"."):
            raise RuntimeError(self.error())
        database = self.nss.CERT_GetDefaultCertDB()
        chain = [self.load(database, encoded) for encoded in case["chain"]]
        roots = [self.load(database, encoded) for encoded in case["roots"]]
        if chain[0] is None:
            return "the leaf cannot be read"
        for encoded, root in zip(case["roots"], roots, strict=True):
            if root is None:
                continue
            flags = TRUSTED_AUTHORITY | (TRUSTED_PEER if encoded == case["chain"][0] else 0)
            trust = CertificateTrust(flags, 0, 0)
            if self.nss.CERT_ChangeCertTrust(database, root, ctypes.byref(trust)):
                raise RuntimeError(self.error())
        microseconds = case["moment"] * 1_000_000
        asked = (database, chain[0], 1, USAGE_SSL_SERVER, microseconds, None, None, None)
        if self.nss.CERT_VerifyCertificate(*asked):
            return self.error()
        if self.nss.CERT_VerifyCertName(chain[0], case["hostname"].encode()):
            return self.error()
        return ""

    def load(self, database: int, encoded: str) -> int | None:
        octets = base64.b64decode(encoded)
        item = SecItem(0, octets, len(octets))
        return self.nss.CERT_NewTempCertificate(database, ctypes.byref(item), None, 0, 1)

    def error(self) -> str:
        name = self.runtime.PR_ErrorToName(self.runtime.PR_GetError())
        return name.decode() if name else "an error without a name"


def judged_apart(library: Library, case: dict) -> str:
    """Return the verdict of a child process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        words = library.judge(case)
        os.write(writing, words.encode() or b"accepted")
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        words = pipe.read()
    os.waitpid(child, 0)
    if not words:
        raise RuntimeError("a child ended without a verdict")
    return "" if words == "accepted" else words


def main() -> None:
    library = Library()
    verdicts = [judged_apart(library, case) for case in json.load(sys.stdin)]
    json.dump({"version": library.version, "verdicts": verdicts}, sys.stdout)


if __name__ == "__main__":
    main()
