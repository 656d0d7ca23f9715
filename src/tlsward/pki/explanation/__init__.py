"""Every field and extension of a certificate explained, a module for each topic.

`certificate.explain` is the entry. What a value is comes from `cryptography`, what it
means from `facts.certificate_fields`.
"""
