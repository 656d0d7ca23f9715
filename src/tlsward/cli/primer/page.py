"""`tlsward primer page`: all lessons as one page."""

import click

from tlsward.cli.options import settings_in_effect, settings_options

EPILOG = """\b
The page is one file without scripts that loads nothing, for a browser or a printer. Its
handshakes and recorded sessions are made now, with an endpoint that is started here.

\b
Examples:
  tlsward primer page -o primer.html

Exit codes: 0 the page was written; 2 the call is wrong; 3 nothing could be recorded.
"""


@click.command("page", epilog=EPILOG)
@settings_options("primer")
def page(**given: object) -> int:
    """Write all lessons, with the worked examples, as one HTML page with pictures."""
    settings = settings_in_effect(given)
    from tlsward.cli.primer.page_run import run_page

    return run_page(settings)
