"""More servers with STARTTLS than the scans need: LMTP, ManageSieve, XMPP between servers, IRC."""

import getpass
import os

from servers.laboratory import HOST, NAME, Launch
from servers.stacks.services import let_others_in


def dovecot(protocol, service, listener, top_level=""):
    """Return how to start Dovecot for `lmtp` or `sieve`."""

    def start(bench):
        top = bench.directory
        root = os.geteuid() == 0
        internal, login = ("dovecot", "dovenull") if root else (getpass.getuser(),) * 2
        if root:
            let_others_in(top)
        conf = bench.write(
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
{top_level}
passdb {{
  driver = static
  args = nopassword=y
}}
service {service} {{
  chroot =
  inet_listener {listener} {{
    address = {HOST}
    port = {bench.port}
  }}
}}
service anvil {{
  chroot =
}}
""",
        )
        return Launch(command=["dovecot", "-F", "-c", str(conf)])

    return start


def prosody_between_servers(bench):
    """Prosody for other servers."""
    conf = bench.write(
        "prosody.cfg.lua",
        f"""
run_as_root = true
daemonize = false
pidfile = "{bench.directory}/pid"
data_path = "{bench.directory}"
certificates = "{bench.credentials.directory}"
interfaces = {{ "{HOST}" }}
c2s_ports = {{ }}
s2s_ports = {{ {bench.port} }}
modules_enabled = {{ "tls", "saslauth", "s2s", "dialback" }}
authentication = "internal_plain"
log = {{ {{ levels = {{ min = "info" }}, to = "console" }} }}
ssl = {{ certificate = "{bench.certificate("rsa")}"; key = "{bench.key("rsa")}" }}
VirtualHost "{NAME}"
""",
    )
    return Launch(command=["prosody", "--config", str(conf), "-F"])


def inspircd(bench):
    """InspIRCd with its starttls module."""
    conf = bench.write(
        "inspircd.conf",
        f"""
<config format="xml">
<server name="irc.test" description="test" network="test" id="001">
<admin name="a" nick="a" email="a@irc.test">
<bind address="{HOST}" port="{bench.port}" type="clients">
<connect name="all" allow="*" localmax="1000" globalmax="1000" resolvehostnames="no">
<cidr ipv4clone="32" ipv6clone="128">
<dns server="127.0.0.1" timeout="1">
<pid file="{bench.directory}/pid">
<path configdir="{bench.directory}" datadir="{bench.directory}" logdir="{bench.directory}">
<module name="ssl_gnutls">
<sslprofile name="default" provider="gnutls" certfile="{bench.certificate("rsa")}"
 keyfile="{bench.key("rsa")}">
<module name="starttls">
""",
    )
    command = ["inspircd", "--nofork", "--nolog", f"--config={conf}"]
    return Launch(command=[*command, *(["--runasroot"] if os.geteuid() == 0 else [])])


#: name -> how to start it, the STARTTLS protocol it speaks.
SERVERS = {
    "dovecot-lmtp": (dovecot("lmtp", "lmtp", "lmtp"), "lmtp"),
    "dovecot-sieve": (dovecot("sieve", "managesieve-login", "sieve"), "sieve"),
    "prosody-s2s": (prosody_between_servers, "xmpp-server"),
    "inspircd": (inspircd, "irc"),
}
