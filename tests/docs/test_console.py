"""The reader of ```console blocks itself."""

from docs.console import commands_in, not_printed

PAGE = """
Text.

```console
$ first --option \\
>     continued
one line
$ second
$ echo $?
3
```

```sh
not --read
```

```text
$ printed by the second
```
"""


def test_reads_commands_output_and_exit_codes():
    ((first, second),) = commands_in(PAGE)
    assert (first.text, first.shown, first.exit_code) == (
        "first --option continued",
        ["one line"],
        0,
    )
    assert (second.text, second.shown, second.exit_code) == (
        "second",
        ["$ printed by the second"],
        3,
    )


def test_shown_lines_are_looked_for_in_order():
    printed = "a 1\nb 2 deadbeef00\nc\n"
    assert not_printed(["a 99", "...", "c"], printed) == []
    assert not_printed(["b 7 0123456789abcdef"], printed) == []
    assert not_printed(["b…"], printed) == []
    assert not_printed(["c", "a 1"], printed) == ["a 1"]
    assert not_printed(["d"], printed) == ["d"]
