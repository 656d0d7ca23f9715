"""The values of verdicts."""

import msgspec

from tlsward.model.evaluation import Finding


def test_finding_of_an_older_document_still_reads():
    older = (
        b'{"id":"tls.protocol.remove:TLSv1","severity":"blocking",'
        b'"action":"remove protocols TLSv1","why":"w","reference":"r","evidence":"e"}'
    )
    finding = msgspec.json.decode(older, type=Finding)
    assert finding.group == ""
    assert finding.item == ""
