"""CBOM: a cryptographic bill of materials, CycloneDX 1.6 (ECMA-424).

Each protocol version with its suites, each algorithm they are made of, each certificate
and public key is a component; an endpoint depends on its protocols and certificates.
`nistQuantumSecurityLevel` tells what withstands a quantum computer: 0 for nothing of it.
"""

import re
import uuid
from collections.abc import Sequence
from typing import Any

from tlsward.facts.groups import group as group_facts
from tlsward.facts.suites import CipherSuiteFacts
from tlsward.facts.suites import suite as suite_facts
from tlsward.model.certificate import Certificate, PublicKey
from tlsward.model.scan_result import CipherSuite, Group, ScanResult
from tlsward.report.json_document import encode_foreign
from tlsward.report.words import aware, key_words, target_name, target_uri

#: Numbers of the protocol versions as CycloneDX writes them; SSL is not its "tls".
_VERSIONS = {"TLSv1": "1.0", "TLSv1.1": "1.1", "TLSv1.2": "1.2", "TLSv1.3": "1.3"}
_MODES = {"GCM": "gcm", "CBC": "cbc", "CCM": "ccm", "CTR": "ctr", "CNT": "ctr"}
#: NIST's security strength categories of ML-KEM's parameter sets (FIPS 203 section 8)
#: and of AES by key length (NIST IR 8413 section 2.2.1).
_ML_KEM_LEVELS = {"512": 1, "768": 3, "1024": 5}
_AES_LEVELS = {"128": 1, "192": 3, "256": 5}


def render_cbom(results: Sequence[ScanResult]) -> str:
    """Return one bill of materials for all results."""
    bill = Bill()
    for result in results:
        bill.add(result)
    return encode_foreign(bill.document(results))


class Bill:
    """Components by reference, so that what two endpoints share is listed once."""

    def __init__(self) -> None:
        self._components: dict[str, dict[str, Any]] = {}
        self._dependencies: dict[str, list[str]] = {}

    def add(self, result: ScanResult) -> None:
        """Add an endpoint with all it was seen to use."""
        endpoint = target_uri(result.target)
        name = target_name(result.target)
        self._component(endpoint, {"type": "application", "name": name})
        uses = [
            self._protocol(result, protocol)
            for protocol, answer in result.protocols.items()
            if answer == "yes"
        ]
        uses += [self._group(group) for group in result.groups]
        for deployment in result.certificates:
            uses += [self._certificate(certificate) for certificate in deployment.chain]
        self._depends(endpoint, uses)

    def document(self, results: Sequence[ScanResult]) -> dict[str, Any]:
        """Return the whole document; the same content has the same serial number."""
        references = " ".join(
            f"{target_uri(result.target)} {result.started_at.isoformat()}" for result in results
        )
        metadata: dict[str, Any] = {}
        if results:
            version = results[0].tlsward_version
            metadata["timestamp"] = aware(results[0].started_at).strftime("%Y-%m-%dT%H:%M:%SZ")
            metadata["tools"] = {
                "components": [{"type": "application", "name": "tlsward", "version": version}]
            }
        return {
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, references)}",
            "version": 1,
            "metadata": metadata,
            "components": list(self._components.values()),
            "dependencies": [
                {"ref": reference, "dependsOn": uses}
                for reference, uses in self._dependencies.items()
            ],
        }

    def _component(self, reference: str, content: dict[str, Any]) -> str:
        self._components.setdefault(reference, {"bom-ref": reference, **content})
        return reference

    def _asset(self, reference: str, name: str, properties: dict[str, Any]) -> str:
        content = {"type": "cryptographic-asset", "name": name, "cryptoProperties": properties}
        return self._component(reference, content)

    def _depends(self, reference: str, uses: Sequence[str]) -> None:
        known = self._dependencies.setdefault(reference, [])
        known += [use for use in dict.fromkeys(uses) if use not in known]

    def _protocol(self, result: ScanResult, protocol: str) -> str:
        suites = [suite for suite in result.cipher_suites if protocol in suite.protocols]
        written = [self._suite(suite) for suite in suites]
        known = protocol in _VERSIONS
        reference = self._asset(
            f"{target_uri(result.target)}#{protocol}",
            f"{protocol} at {target_name(result.target)}",
            {
                "assetType": "protocol",
                "protocolProperties": {
                    "type": "tls" if known else "other",
                    "version": _VERSIONS.get(protocol, protocol),
                    "cipherSuites": written,
                },
            },
        )
        self._depends(reference, [part for suite in written for part in suite["algorithms"]])
        return reference

    def _suite(self, suite: CipherSuite) -> dict[str, Any]:
        number = int(suite.code, 16)
        octets = suite.code.removeprefix("0x")
        parts = []
        # SSLv2's kinds have three octets and are no code points of TLS.
        if len(octets) == 4:
            parts = self._algorithms(suite_facts(number))
        identifiers = [f"0x{octets[i : i + 2]}" for i in range(0, len(octets), 2)]
        return {"name": suite.iana_name, "algorithms": parts, "identifiers": identifiers}

    def _algorithms(self, facts: CipherSuiteFacts) -> list[str]:
        parts = []
        if facts.bulk not in {"NULL", "unknown"}:
            parts.append(self._algorithm(facts.bulk, _cipher(facts)))
        if facts.mac not in {"NULL", "unknown"}:
            primitive = "hash" if facts.aead else "mac"
            name = facts.mac if facts.aead else f"HMAC-{facts.mac}"
            parts.append(self._algorithm(name, {"primitive": primitive}))
        return parts

    def _algorithm(self, name: str, properties: dict[str, Any]) -> str:
        content = {"assetType": "algorithm", "algorithmProperties": properties}
        return self._asset(f"algorithm/{name}", name, content)

    def _group(self, group: Group) -> str:
        facts = group_facts(int(group.code, 16))
        primitive = {"hybrid": "combiner", "kem": "kem"}.get(facts.kind, "key-agree")
        properties: dict[str, Any] = {
            "primitive": primitive,
            "parameterSetIdentifier": group.name,
            "nistQuantumSecurityLevel": _quantum_level(group.name),
        }
        if facts.security_bits:
            properties["classicalSecurityLevel"] = facts.security_bits
        return self._algorithm(group.name, properties)

    def _certificate(self, certificate: Certificate) -> str:
        reference = f"certificate/{certificate.sha256}"
        uses = []
        properties: dict[str, Any] = {"certificateFormat": "X.509"}
        if certificate.error is None:
            properties["subjectName"] = certificate.subject
            properties["issuerName"] = certificate.issuer
            for key, when in (
                ("notValidBefore", certificate.not_before),
                ("notValidAfter", certificate.not_after),
            ):
                if when is not None:
                    properties[key] = aware(when).strftime("%Y-%m-%dT%H:%M:%SZ")
            if certificate.signature_algorithm:
                signature = {"primitive": "signature", "nistQuantumSecurityLevel": 0}
                used = self._algorithm(certificate.signature_algorithm, signature)
                properties["signatureAlgorithmRef"] = used
                uses.append(used)
            if certificate.key is not None:
                used = self._public_key(certificate, certificate.key)
                properties["subjectPublicKeyRef"] = used
                uses.append(used)
        name = certificate.subject or certificate.sha256
        content = {"assetType": "certificate", "certificateProperties": properties}
        self._asset(reference, name, content)
        self._depends(reference, uses)
        return reference

    def _public_key(self, certificate: Certificate, key: PublicKey) -> str:
        material: dict[str, Any] = {"type": "public-key", "id": certificate.spki_sha256}
        if key.size is not None:
            material["size"] = key.size
        return self._asset(
            f"key/{certificate.spki_sha256}",
            key_words(key),
            {"assetType": "related-crypto-material", "relatedCryptoMaterialProperties": material},
        )


def _cipher(facts: CipherSuiteFacts) -> dict[str, Any]:
    primitive = "ae" if facts.aead else "block-cipher"
    if facts.bulk in {"RC4", "SALSA20", "ESTREAM-SALSA20"}:
        primitive = "stream-cipher"
    properties: dict[str, Any] = {
        "primitive": primitive,
        "cryptoFunctions": ["encrypt", "decrypt"],
        "classicalSecurityLevel": facts.bits,
    }
    parts = facts.bulk.split("-")
    for part in parts:
        if part in _MODES:
            properties["mode"] = _MODES[part]
    if parts[0] == "AES" and parts[1] in _AES_LEVELS:
        properties["parameterSetIdentifier"] = parts[1]
        properties["nistQuantumSecurityLevel"] = _AES_LEVELS[parts[1]]
    return properties


def _quantum_level(name: str) -> int:
    found = re.search(r"MLKEM(\d+)", name)
    return _ML_KEM_LEVELS.get(found.group(1), 0) if found else 0
