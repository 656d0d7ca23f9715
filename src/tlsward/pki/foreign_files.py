"""What a file is that is no file of certificates, in words that say what to do about it."""

import re

#: How much of a file is looked at, in characters.
_BEGINNING = 4096

_JAVA_KEY_STORE = (
    "it is a Java key store: write it as PKCS #12 with keytool -importkeystore "
    "-srckeystore FILE -destkeystore FILE.p12 -deststoretype pkcs12"
)
#: Beginnings, after blanks and in lower case, and what to say.
_BEGINNINGS = (
    (r"<!doctype html|<html", "it is a web page: download the file itself"),
    (r"<\?xml|<", "it is XML: save the certificate itself as a file"),
    (r"\{|\[\s*[\"{]", "it is JSON: save the certificate itself as a file"),
    (
        r"(ssh|ecdsa|sk)-[a-z0-9@.-]+ ",
        "it is a public key of SSH: write it as PEM with ssh-keygen -e -m PKCS8 -f FILE",
    ),
    (r"putty-user-key-file", "it is a key of PuTTY: export it in PuTTYgen as OpenSSH, then PEM"),
    (r"---- begin ssh2", "it is a public key of SSH: write it as PEM with ssh-keygen -i -f FILE"),
    (
        "\xfe\xed\xfe\xed|\xce\xce\xce\xce",
        _JAVA_KEY_STORE,
    ),
    (r"pk\x03\x04|\x1f\x8b|bzh|\xfd7zxz|7z\xbc\xaf", "it is packed: unpack it first"),
    (r"%pdf|\x89png|\x7felf|\xff\xd8\xff", "it is a document or a program"),
)
_EXPECTED = "no certificate, request or key: expected PEM, DER, PKCS #7 or PKCS #12"


def words_for(text: str) -> str:
    """Return what is wrong with a file that holds nothing, its octets as characters."""
    beginning = text[:_BEGINNING].lstrip(" \t\r\n").lower()
    for pattern, words in _BEGINNINGS:
        if re.match(pattern, beginning):
            return words
    if "BEGIN CERTIFICATE" in text or "END CERTIFICATE" in text:
        return "its lines -----BEGIN CERTIFICATE----- and -----END CERTIFICATE----- are not whole"
    return _EXPECTED
