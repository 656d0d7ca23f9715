"""The servers that TLS libraries ship with: OpenSSL, GnuTLS, NSS; and stunnel."""

from servers.laboratory import HOST, Bench, Launch
from servers.stacks.web import Starter


def openssl_s_server(bench: Bench) -> Launch:
    """`openssl s_server`, which serves one connection at a time and lets others wait."""
    return Launch(
        command=[
            *("openssl", "s_server", "-accept", f"{HOST}:{bench.port}", "-www", "-quiet"),
            *("-cert", str(bench.certificate("rsa")), "-key", str(bench.key("rsa"))),
            *("-chainCAfile", str(bench.credentials.ca)),
        ]
    )


def gnutls(priority: str, certificates: tuple[str, ...] = ("rsa",), *extra: str) -> Starter:
    """Return how to start gnutls-serv with a priority string."""

    def start(bench: Bench) -> Launch:
        files = [
            word
            for kind in certificates
            for word in (
                *("--x509certfile", str(bench.certificate(kind))),
                *("--x509keyfile", str(bench.key(kind))),
            )
        ]
        priorities = ["--priority", priority] if priority else []
        return Launch(
            command=["gnutls-serv", "--http", "-p", str(bench.port), *priorities, *files, *extra]
        )

    return start


gnutls_default = gnutls("")
gnutls_weak = gnutls(
    "NORMAL:%COMPAT:+VERS-SSL3.0:+ARCFOUR-128:+3DES-CBC:+CAMELLIA-128-CBC:+CAMELLIA-256-CBC"
    ":+CAMELLIA-128-GCM:+CAMELLIA-256-GCM:+AES-128-CCM-8:+AES-256-CCM-8:+NULL:+MD5:+SHA256"
    ":+SHA384:+ANON-DH:+ANON-ECDH",
    ("rsa", "ecdsa"),
)
gnutls_anonymous = gnutls("NORMAL:-KX-ALL:+ANON-DH:+ANON-ECDH", ())


#: Every suite that NSS implements, as selfserv's `-c` wants them; its own default has less.
NSS_SUITES = """
    1301 1302 1303 C02B C02C C02F C030 CCA8 CCA9 CCAA C009 C00A C013 C014 C023 C024 C027 C028
    C007 C008 C011 C012 C006 C010 009E 009F 0033 0039 0067 006B 0045 0088 0016 0015
    009C 009D 002F 0035 003C 003D 0041 0084 0096 000A 0009 0005 0004 0001 0002 003B
"""


def nss_selfserv(bench: Bench) -> Launch:
    """NSS's selfserv with every suite it has, TLS 1.0 to 1.3, two keys, 0-RTT."""
    database = f"sql:{bench.directory}"
    imports = "\n".join(
        f"pk12util -i {bench.credentials.pkcs12(kind)} -d {database} -W changeit -K ''"
        for kind in ("rsa", "ecdsa")
    )
    suites = "".join(f":{code}" for code in NSS_SUITES.split())
    script = f"""
        set -e
        certutil -N -d {database} --empty-password
        {imports}
        exec selfserv -d {database} -n rsa -e ecdsa -p {bench.port} -V tls1.0: -c {suites} \\
            -H 1 -t 4 -u -Z -w ''
    """
    return Launch(command=["sh", "-c", script])


def stunnel(bench: Bench) -> Launch:
    """Stunnel with Debian's defaults before a port that nothing listens on."""
    conf = bench.write(
        "stunnel.conf",
        f"""
foreground = yes
pid =
output = /dev/stderr
[tls]
accept = {HOST}:{bench.port}
connect = {HOST}:{bench.next_port()}
cert = {bench.certificate("rsa")}
key = {bench.key("rsa")}
""",
    )
    return Launch(command=["stunnel4", str(conf)])
