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
#: Asked where they are named alone: they speak another protocol, and leave a line in its log.
OPTIONAL_QUESTIONS = ("http",)
ALL_QUESTIONS = QUESTIONS + OPTIONAL_QUESTIONS
