"""`tlsward completion`: what a shell needs to complete this program's words."""

import click


@click.command(
    "completion",
    epilog="""\b
Examples:
  eval "$(tlsward completion bash)"     in ~/.bashrc
  eval "$(tlsward completion zsh)"      in ~/.zshrc
  tlsward completion fish > ~/.config/fish/completions/tlsward.fish
""",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> int:
    """Print the completion of commands, options and their values for a shell."""
    from click.shell_completion import get_completion_class

    from tlsward.cli.root import root

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - the argument is one of click's own three
    click.echo(kind(root, {}, "tlsward", "_TLSWARD_COMPLETE").source())
    return 0
