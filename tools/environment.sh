#!/bin/sh
# Makes .venv with the versions that uv.lock names and tlsward itself in it.
#
#   environment.sh UV-REQUIREMENT runtime|dev
#
# Needs a Python >= 3.11 and nothing else. uv only reads the lock; pip installs, since
# pip is what a machine behind a proxy or a mirror has been set up for. Hashes are
# checked. Byte code is compiled here because the environment may forbid Python to
# write it later (PYTHONDONTWRITEBYTECODE), and start-up time matters.
set -eu
uv=$1
kind=$2

fail() {
    echo "tlsward: $*" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if command -v "$name" >/dev/null 2>&1 && is_new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    fail "Python 3.11 or newer is needed, and none was found on PATH"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        return 1
    fi
}

# Debian splits venv's ensurepip into a package of its own.
install_venv_module() {
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "installing python$version-venv" >&2
    command -v apt-get >/dev/null 2>&1 || return 1
    as_root apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -qq update >&2 || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -qq install -y \
        --no-install-recommends "python$version-venv" >/dev/null || return 1
}

if ! { [ -x .venv/bin/python ] && is_new_enough .venv/bin/python &&
    .venv/bin/python -m pip --version >/dev/null 2>&1; }; then
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null || install_venv_module ||
        fail "$python has no venv module and it could not be installed: apt-get install python3-venv"
    echo "making .venv with $("$python" --version)" >&2
    rm -rf .venv
    "$python" -m venv .venv
fi

pip() {
    .venv/bin/python -m pip --disable-pip-version-check --quiet "$@"
}

groups=--no-dev
[ "$kind" = runtime ] || groups='--all-groups --all-extras'
echo "installing the $kind dependencies of uv.lock" >&2
pip install "$uv"
.venv/bin/uv export --quiet --no-config --frozen --no-emit-project $groups \
    --output-file .venv/requirements.txt
pip install --no-compile --require-hashes --no-deps -r .venv/requirements.txt
pip install --no-compile --no-deps --editable .
# Several at a time need semaphores, which not every container has.
.venv/bin/python -m compileall -q -j 0 .venv/lib src >/dev/null 2>&1 ||
    .venv/bin/python -m compileall -q .venv/lib src >/dev/null || true
touch .venv/.runtime
[ "$kind" = runtime ] || touch .venv/.dev
