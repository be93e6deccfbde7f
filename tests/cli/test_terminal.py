"""Diagnostics on a terminal and in a pipe."""

import io

from tensorglot.diagnostics import Diagnostic
from tensorglot.report.terminal import Terminal, lines, render


def caret_of(diagnostic):
    _, source, caret, *_ = render(diagnostic).split("\n")
    return source[7:], caret[7:]


def test_caret_counts_characters_not_bytes():
    line = "é = ☃☃(x)"
    made = Diagnostic("TG010", "error", "m", path="a.py", line=1, col=len("é = ☃☃(".encode()), source_line=line,
                      end_col=len("é = ☃☃(x".encode()))
    assert caret_of(made) == (line, " " * 7 + "^") and "a.py:1:8:" in render(made)


def test_wide_characters_take_two_cells():
    line = "模型 = x"
    made = Diagnostic("TG010", "error", "m", path="a.py", line=1, col=len("模型 = ".encode()), source_line=line)
    assert caret_of(made) == (line, " " * 7 + "^")


def test_tabs_and_control_characters():
    made = Diagnostic("TG010", "error", "bad \x1b[31m", path="a.py", line=1, col=1, source_line="\tx\x1b[2J = 1",
                      end_col=2)
    shown = render(made)
    assert "\x1b" not in shown and caret_of(made) == (" x\N{REPLACEMENT CHARACTER}[2J = 1", " ^")


def test_long_lines_are_cut_round_the_caret():
    line = "x = [" + "1, " * 5000 + "BAD, " + "2, " * 5000 + "]"
    made = Diagnostic("TG010", "error", "m", path="a.py", line=1, col=line.index("BAD"), source_line=line,
                      end_col=line.index("BAD") + 3)
    source, caret = caret_of(made)
    assert len(source) < 130 and source[caret.index("^"):][:caret.count("^")] == "BAD"


def test_position_past_the_end_of_the_line():
    made = Diagnostic("TG001", "error", "m", path="a.py", line=3, col=90, source_line="x", end_col=4)
    assert caret_of(made) == ("x", " ^")


def test_terminal_has_colour_and_a_pipe_has_none():
    class Tty(io.StringIO):
        def isatty(self):
            return True

    made = Diagnostic("TG010", "error", "a [bold]message[/bold]", "help", "a.py", 1, 0, "x", 1)
    tty, pipe = Tty(), io.StringIO()
    Terminal(tty).diagnostic(made)
    Terminal(pipe).diagnostic(made)
    assert "\x1b[" in tty.getvalue() and "[bold]message[/bold]" in tty.getvalue()
    assert pipe.getvalue() == render(made) == "".join("".join(t for t, _ in row) + "\n" for row in lines(made))


def test_a_narrow_encoding_does_not_break_the_message():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    Terminal(stream).say("☃")
    stream.flush()
    assert stream.buffer.getvalue() == b"\\u2603\n"


def test_progress_is_silent_in_a_pipe():
    stream = io.StringIO()
    with Terminal(stream).progress() as progress:
        progress("lifting")
    assert stream.getvalue() == ""
