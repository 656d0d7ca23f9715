"""Revocation: CRLs, OCSP and staples judged, and what they come to together.

`judgement` has the two questions that are asked from outside, `revocation_of` a
certificate and `chain_revocation`; `staple` what is reported of a staple alone.
"""

from tlsward.pki.revocation.judgement import EvidenceCache, chain_revocation, revocation_of

__all__ = ["EvidenceCache", "chain_revocation", "revocation_of"]
