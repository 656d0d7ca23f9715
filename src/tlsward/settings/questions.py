"""The questions of a scan by the names that --only and --skip take."""

#: `suites` is always asked: everything else is built from what it finds.
QUESTIONS = (
    "suites",
    "order",
    "certificates",
    "groups",
    "curves_fallback",
    "signature_schemes",
    "extensions",
    "alpn",
    "fallback",
    "sessions",
)
