"""The command lines that are compared.

Two questions are put to each scanner: `full`, everything it has about TLS, and `quick`,
protocols, suites and certificate. Placeholders: {tlsward} {peers} {host} {port} {ip}
{ca} {out}, and for many hosts {targets}, a file of host:port lines.
"""

import shlex

_SSLYZE = (
    "{peers}/sslyze-venv/bin/sslyze --mozilla_config disable --json_out {out} "
    "--certinfo_ca_file {ca} "
)
_VERSIONS = "--sslv2 --sslv3 --tlsv1 --tlsv1_1 --tlsv1_2 --tlsv1_3 "
_CRYPTOLYZE = "{peers}/crypto-venv/bin/cryptolyze --output-format json "
#: One process for all versions: each start of it costs seconds of imports.
_CRYPTOLYZE_VERSIONS = (
    "{peers}/crypto-venv/bin/python -c 'import sys\n"
    "from cryptolyzer.__main__ import main\n"
    "targets = sys.argv[1:]\n"
    'for what in ("ssl2 ciphers", "ssl3 ciphers", "tls1 ciphers", "tls1_1 ciphers",\n'
    '             "tls1_2 ciphers", "tls1_3 ciphers", "tls1_2 pubkeys"):\n'
    '    sys.argv[1:] = ["--output-format", "json", "-j", "16", *what.split(), *targets]\n'
    "    main()' "
)
_SSLSCAN_QUICK = (
    "sslscan --no-colour --no-compression --no-fallback --no-groups --no-heartbleed "
    "--no-renegotiation "
)
_NMAP = "nmap -Pn -n -sT -p {port} -oX {out} "
_TESTSSL = (
    "testssl --quiet --color 0 --warnings off --nodns none --ip {ip} --add-ca {ca} "
    "--jsonfile {out} "
)
_TLSWARD = "{tlsward} scan --ca-file {ca} --format json --no-progress -o {out} "

_TLSWARD_MANY = "{tlsward} scan --ca-file {ca} --parallel 50 --format jsonl --no-progress -o {out} "

ONE_HOST = {
    "tlsward": {
        "full": _TLSWARD + "{host}:{port}",
        "quick": _TLSWARD + "--quick {host}:{port}",
    },
    "sslyze": {
        "full": _SSLYZE
        + _VERSIONS
        + "--certinfo --elliptic_curves --resum --fallback --reneg --compression --heartbleed "
        "--openssl_ccs --robot --early_data --ems {host}:{port}",
        "quick": _SSLYZE + _VERSIONS + "--certinfo {host}:{port}",
    },
    "cryptolyzer": {
        "full": _CRYPTOLYZE + "tls all {host}:{port}",
        "quick": _CRYPTOLYZE_VERSIONS + "{host}:{port}",
    },
    "sslscan": {
        "full": "sslscan --no-colour --show-certificate --ocsp --show-sigs --xml={out} "
        "{host}:{port}",
        "quick": _SSLSCAN_QUICK + "--xml={out} {host}:{port}",
    },
    "nmap": {
        "full": _NMAP + "--script ssl-enum-ciphers,ssl-cert,ssl-dh-params,ssl-heartbleed,"
        "ssl-poodle,ssl-ccs-injection,sslv2,sslv2-drown,tls-alpn,tls-ticketbleed,ssl-date "
        "{host}",
        "quick": _NMAP + "--script ssl-enum-ciphers,ssl-cert {host}",
    },
    "testssl.sh": {
        "full": _TESTSSL + "-p -P -S -f -U {host}:{port}",
        "quick": _TESTSSL + "-p -P {host}:{port}",
    },
}

#: Each with as many hosts at once as it bears: sslyze and nmap decide themselves.
MANY_HOSTS = {
    "tlsward": {
        "full": _TLSWARD_MANY + "@{targets}",
        "quick": _TLSWARD_MANY + "--quick @{targets}",
    },
    "sslyze": {"quick": _SSLYZE + _VERSIONS + "--certinfo --targets_in {targets}"},
    "sslscan": {"quick": "xargs -P 128 -n 1 -a {targets} " + _SSLSCAN_QUICK},
    "nmap": {
        "quick": 'sh -c "sed s/:.*// {targets} >{out}.hosts; nmap -Pn -n -sT -p 443 -T4 '
        "--min-hostgroup 256 --max-parallelism 256 -oX {out} --script ssl-enum-ciphers,ssl-cert "
        '-iL {out}.hosts"'
    },
}


VERSIONS = {
    "sslyze": "{peers}/sslyze-venv/bin/pip show sslyze",
    "cryptolyzer": "{peers}/crypto-venv/bin/pip show cryptolyzer",
    "sslscan": "sslscan --version",
    "nmap": "nmap --version",
    "testssl.sh": "testssl --version",
    "nginx": "nginx -v",
    "OpenSSL": "openssl version",
}


def command(template: str, values: dict[str, str]) -> list[str]:
    """Fill the placeholders of a template; `{tlsward}` may be several words."""
    words = shlex.split(template.replace("{tlsward}", values.get("tlsward", "tlsward")))
    for key, value in values.items():
        words = [word.replace("{" + key + "}", value) for word in words]
    return words
