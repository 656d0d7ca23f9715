"""`tlsward schema`: the JSON Schema of what other programs read."""

import click


@click.command(
    "schema",
    epilog="""\b
Example:
  tlsward schema scan > tlsward.scan-1.json
""",
)
@click.argument("document", type=click.Choice(["scan"]))
def schema(document: str) -> int:  # noqa: ARG001 - there is one so far
    """Print the JSON Schema of a document: scan is what `scan --format json` prints."""
    from tlsward.report.schema import schema_document

    click.echo(schema_document(), nl=False)
    return 0
