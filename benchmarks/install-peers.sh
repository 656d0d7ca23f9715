#!/bin/sh
# Installs the servers and the scanners that the bench compares with, under ${1:-peers},
# each in an environment of the Python ${2:-python3}. Needs root, for apt.
set -eu
top=${1:-peers}
python=${2:-python3}
mkdir -p "$top"
apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends \
    nginx openssl iproute2 sslscan testssl.sh nmap procps bsdextrautils
for pair in sslyze:sslyze crypto:cryptolyzer; do
    [ -x "$top/${pair%%:*}-venv/bin/${pair##*:}" ] && continue
    "$python" -m venv "$top/${pair%%:*}-venv"
    "$top/${pair%%:*}-venv/bin/pip" install -q "${pair##*:}"
done
# oscrypto 1.3.0, which cryptolyzer imports, cannot read a version such as OpenSSL 3.0.19.
find "$top/crypto-venv" -path '*oscrypto/_openssl/_libcrypto_c*.py' -exec \
    sed -i 's/\\\\d\\\\.\\\\d\\\\.\\\\d\[a-z\]\*/\\\\d+\\\\.\\\\d+\\\\.\\\\d+[a-z]*/' {} +
