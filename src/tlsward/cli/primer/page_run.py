"""What `tlsward primer page` does: tell every lesson, and draw them on one page."""

import ssl

from tlsward.cli.exit_codes import COULD_NOT_TELL, HOLDS
from tlsward.cli.output import open_output
from tlsward.cli.primer.chain_run import throw_away_chain
from tlsward.cli.primer.forward_secrecy_run import told
from tlsward.cli.primer.handshake_run import local_handshakes, shown
from tlsward.cli.root import complain
from tlsward.facts.lessons import page_text
from tlsward.model.lesson import Lesson
from tlsward.primer.lessons.caesar import caesar
from tlsward.primer.lessons.diffie_hellman import diffie_hellman
from tlsward.primer.lessons.handshake import handshake
from tlsward.primer.lessons.rsa import rsa
from tlsward.primer.lessons.seal import sealed
from tlsward.report.lesson.page import render_page
from tlsward.sandbox.recorded import recorded_sessions
from tlsward.settings.table import Settings


def run_page(settings: Settings) -> int:
    """Write the page; return the exit code."""
    try:
        lessons = every_lesson()
    except (OSError, ssl.SSLError) as error:
        complain(f"the endpoint of the lessons cannot be served: {error}")
        return COULD_NOT_TELL
    with open_output(settings.output) as output:
        output.write(render_page(lessons, page_text().introduction))
        output.commit()
    return HOLDS


def every_lesson() -> tuple[Lesson, ...]:
    """Return all lessons with their worked examples; what is live is made now.

    Raises OSError where there is no loopback port, and ssl.SSLError where Python's OpenSSL
    cannot serve what is to be shown.
    """
    return (
        caesar(),
        sealed(),
        diffie_hellman(),
        rsa(),
        throw_away_chain(),
        handshake(shown(list(local_handshakes()))),
        told(recorded_sessions()),
    )
