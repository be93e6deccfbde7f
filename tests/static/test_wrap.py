"""Long generated lines are broken inside brackets; lines of the source are not."""

import ast

import pytest

from tensorglot.emit.wrap import wrapped

NAMES = [f"argument_{i}" for i in range(12)]
LONG = [
    f"    self.arguments = {{{', '.join(f'{n!r}: {n}' for n in NAMES)}}}",
    f"    return [Outer(first({', '.join(NAMES[:5])}), use_bias=False), Inner(momentum=0.9, epsilon=1e-05), {NAMES[0]}]",
    f"    def method(self, {', '.join(f'{n}=None' for n in NAMES)}):",
    f"    self.layer.kernel_initializer = keras.initializers.RandomNormal({'self.' * 12}value / {'self.' * 5}scale)",
    f"    deep = {'a.' * 30}call({', '.join(NAMES)})  # a note",
]


@pytest.mark.parametrize("line", LONG)
def test_fits_and_means_the_same(line: str) -> None:
    text = f"class A:\n  def f(self):\n{line}\n" + ("        pass\n" if line.endswith(":") else "")
    made = wrapped(text)
    assert max(map(len, made.split("\n"))) <= 120
    assert ast.dump(ast.parse(made)) == ast.dump(ast.parse(text))
    assert made.count("# a note") == text.count("# a note")


def test_outermost_bracket_first() -> None:
    first, second = wrapped(LONG[1]).split("\n")
    assert first.endswith("use_bias=False),")
    assert second == " " * 12 + "Inner(momentum=0.9, epsilon=1e-05), argument_0]"


def test_lines_of_the_source_and_strings_stay() -> None:
    assert wrapped(LONG[0] + "\n", LONG[0]) == LONG[0] + "\n"
    text = f'x = """\n{LONG[0]}\n"""\n'
    assert wrapped(text) == text


def test_a_trailing_comma_is_no_place() -> None:
    assert wrapped(f"x = [{'a' * 130},]") == f"x = [\n    {'a' * 130},]"


def test_no_blanks_at_the_end() -> None:
    assert wrapped("x = f(a, \n      b)\n") == "x = f(a,\n      b)\n"
    assert wrapped('x = """a  \nb"""\n') == 'x = """a  \nb"""\n'


def test_empty_lines_that_arguments_left_go() -> None:
    source = "x = f(\n    1,\n\n    2,\n)\n"
    text = "x = g(\n\n    \n    a,\n\n    b=3,\n)\ny = f(\n    1,\n\n    2,\n)\n"
    assert wrapped(text, source) == "x = g(\n    a,\n    b=3,\n)\ny = f(\n    1,\n\n    2,\n)\n"
