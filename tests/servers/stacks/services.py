"""Services that change to TLS in mid-conversation: mail, files, chat, databases, directory.

Postfix insists on root to start. PostgreSQL and MariaDB insist on the opposite; run by
root they are given their Debian users, who must be able to reach their files.
"""

import getpass
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from servers.laboratory import HOST, NAME, Bench, Launch
from servers.stacks.web import Starter


def own_copy(bench: Bench, user: str) -> tuple[Path, Path]:
    """Give a user the server's directory with a certificate and key of its own in it."""
    copies = tuple(
        Path(shutil.copy(source, bench.directory))
        for source in (bench.certificate("rsa"), bench.key("rsa"))
    )
    for path in copies:
        path.chmod(0o600)
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{user}:", str(bench.directory)], check=True)
        let_others_in(bench.directory)
    return copies[0], copies[1]


def let_others_in(directory: Path) -> None:
    """Let other users reach a directory below the session's temporary one."""
    for path in (directory, *directory.parents):
        if path != Path(tempfile.gettempdir()) and path.is_relative_to(tempfile.gettempdir()):
            path.chmod(path.stat().st_mode | 0o011)


def postfix(bench: Bench) -> Launch:
    """Postfix as an SMTP server that offers STARTTLS."""
    top = bench.directory
    let_others_in(top)
    for name in ("queue", "data"):
        (top / name).mkdir()
    bench.write(
        "etc/main.cf",
        f"""
compatibility_level = 3.6
queue_directory = {top}/queue
data_directory = {top}/data
mail_owner = postfix
myhostname = {NAME}
mydestination =
inet_interfaces = {HOST}
inet_protocols = ipv4
alias_maps =
alias_database =
maillog_file = {top}/maillog
maillog_file_prefixes = {top}
smtpd_tls_cert_file = {bench.certificate("rsa")}
smtpd_tls_key_file = {bench.key("rsa")}
smtpd_tls_security_level = may
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_peername_lookup = no
smtpd_relay_restrictions = reject
""",
    )
    services = f"""
{HOST}:{bench.port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
cleanup unix n - n - 0 cleanup
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
"""
    bench.write("etc/master.cf", services)
    # master -d stays in the laboratory's process group; `postfix start-fg` leaves it.
    script = f"""
        set -e
        chown -R root: {top}/etc {top}/queue
        chown postfix: {top}/data
        postfix -c {top}/etc check
        exec "$(postconf -c {top}/etc -h daemon_directory)/master" -d -c {top}/etc
    """
    return Launch(command=["sh", "-c", script], as_root=True)


def dovecot(protocol: str) -> Starter:
    """Return how to start Dovecot for `imap` or `pop3`."""

    def start(bench: Bench) -> Launch:
        top = bench.directory
        # Dovecot refuses to log anybody in as root, and can change to nobody else without.
        root = os.geteuid() == 0
        internal, login = ("dovecot", "dovenull") if root else (getpass.getuser(),) * 2
        if root:
            let_others_in(top)
        bench.write(
            "dovecot.conf",
            f"""
protocols = {protocol}
base_dir = {top}/run
state_dir = {top}/state
log_path = /dev/stderr
default_internal_user = {internal}
default_internal_group = {internal}
default_login_user = {login}
ssl = yes
ssl_cert = <{bench.certificate("rsa")}
ssl_key = <{bench.key("rsa")}
mail_location = maildir:{top}/mail
passdb {{
  driver = static
  args = nopassword=y
}}
service {protocol}-login {{
  chroot =
  inet_listener {protocol} {{
    address = {HOST}
    port = {bench.port}
  }}
  inet_listener {protocol}s {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
""",
        )
        return Launch(command=["dovecot", "-F", "-c", str(top / "dovecot.conf")])

    return start


def vsftpd(bench: Bench) -> Launch:
    """Vsftpd with AUTH TLS."""
    empty = bench.directory / "empty"
    empty.mkdir()
    conf = bench.write(
        "vsftpd.conf",
        f"""listen=YES
listen_address={HOST}
listen_port={bench.port}
background=NO
run_as_launching_user=YES
anonymous_enable=YES
local_enable=NO
secure_chroot_dir={empty}
seccomp_sandbox=NO
ssl_enable=YES
allow_anon_ssl=YES
rsa_cert_file={bench.certificate("rsa")}
rsa_private_key_file={bench.key("rsa")}
vsftpd_log_file={bench.directory}/transfers
""",
    )
    return Launch(command=["vsftpd", str(conf)])


def prosody(bench: Bench) -> Launch:
    """Prosody for XMPP clients of the laboratory's name."""
    conf = bench.write(
        "prosody.cfg.lua",
        f"""
run_as_root = true
daemonize = false
pidfile = "{bench.directory}/pid"
data_path = "{bench.directory}"
certificates = "{bench.credentials.directory}"
interfaces = {{ "{HOST}" }}
c2s_ports = {{ {bench.port} }}
s2s_ports = {{ }}
modules_enabled = {{ "tls", "saslauth" }}
modules_disabled = {{ "s2s" }}
authentication = "internal_plain"
log = {{ {{ levels = {{ min = "info" }}, to = "console" }} }}
ssl = {{ certificate = "{bench.certificate("rsa")}"; key = "{bench.key("rsa")}" }}
VirtualHost "{NAME}"
""",
    )
    return Launch(command=["prosody", "--config", str(conf), "-F"])


def postgresql(bench: Bench) -> Launch:
    """PostgreSQL, which answers an SSLRequest with one byte."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    certificate, key = own_copy(bench, user)
    data = bench.directory / "data"
    script = f"""
        set -e
        {programs}/initdb -D {data} -A trust --no-sync >/dev/null
        exec {programs}/postgres -D {data} -h {HOST} -p {bench.port} -k {bench.directory} \\
            -c ssl=on -c ssl_cert_file={certificate} -c ssl_key_file={key} -c fsync=off
    """
    launched_by = user if os.geteuid() == 0 else None
    return Launch(command=["sh", "-c", script], user=launched_by)


def mariadb(bench: Bench) -> Launch:
    """MariaDB, whose server speaks first."""
    user = "mysql" if os.geteuid() == 0 else getpass.getuser()
    certificate, key = own_copy(bench, user)
    data = bench.directory / "data"
    script = f"""
        set -e
        mariadb-install-db --no-defaults --datadir={data} --skip-test-db \\
            --auth-root-authentication-method=normal >/dev/null
        exec mariadbd --no-defaults --datadir={data} --bind-address={HOST} --port={bench.port} \\
            --socket={bench.directory}/socket --ssl-cert={certificate} --ssl-key={key}
    """
    launched_by = user if os.geteuid() == 0 else None
    return Launch(command=["sh", "-c", script], user=launched_by)


def slapd(bench: Bench) -> Launch:
    """OpenLDAP (on GnuTLS) with the StartTLS extended operation."""
    top = bench.directory
    (top / "data").mkdir()
    conf = bench.write(
        "slapd.conf",
        f"""
include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {top}/pid
TLSCACertificateFile {bench.credentials.ca}
TLSCertificateFile {bench.certificate("rsa")}
TLSCertificateKeyFile {bench.key("rsa")}
database mdb
suffix "dc=test"
directory {top}/data
""",
    )
    return Launch(
        command=["slapd", "-d", "0", "-f", str(conf), "-h", f"ldap://{HOST}:{bench.port}/"]
    )
