"""Certificate transparency: who logged a certificate, whether they truly did, who is content.

A timestamp (SCT) is a log's promise to publish a certificate (RFC 6962 section 3). Its
signature is checked with the key that a list of logs has for it; what remains is counted
as the policies of browsers count.
"""

from tlsward.pki.transparency.log_list import LogList
from tlsward.pki.transparency.policy import transparency
from tlsward.pki.transparency.timestamps import checked_timestamps

__all__ = ["LogList", "checked_timestamps", "transparency"]
