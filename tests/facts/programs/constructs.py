"""Python as people write it: instrumentation must not change what any of this does."""

import asyncio
import functools
from collections import namedtuple
from dataclasses import dataclass, field

Point = namedtuple("Point", "x y")
LOG = []


def note(value):
    """Documented."""
    LOG.append(value)
    return value


class Base:
    __secret = 3

    def __init__(self):
        self.__hidden = 1
        self.items = [1, 2, 3]
        self.count = 0

    def total(self, extra=0):
        return self.__hidden + self.__secret + extra

    def __call__(self, *args, **kwargs):
        return args, kwargs


class Child(Base):
    @property
    def double(self):
        return 2 * self.total()

    def total(self, extra=0):
        return super().total(extra) + sum(super(Child, self).total() for _ in range(2))

    @classmethod
    def make(cls):
        self = cls()
        return self

    @staticmethod
    def plain(x):
        return -x

    def __getattr__(self, name):
        if name.startswith("dyn_"):
            return lambda *a: (name, a)
        raise AttributeError(name)


@dataclass
class Config:
    size: int = 3
    parts: list[int] = field(default_factory=lambda: [1, 2])


def order():
    LOG.clear()
    data = {note("a"): [0, 0]}
    data[note("a")][note(1)] = note(5)
    data[note("a")][note(0)] += note(7)
    first, data["b"], *rest = note((1, 2, 3, 4))
    return list(LOG), data, first, rest


def augmented():
    c = Child()
    c.count += 2
    c.items[1:2] += [9, 9]
    c.items *= 2
    x = y = 1
    x <<= 3
    y |= 4
    matrix = [[1, 2], [3, 4]]
    matrix[0][note(1)] -= 10
    return c.count, c.items, x, y, matrix


def scopes():
    counter = 0

    def bump(by=counter + 1):
        nonlocal counter
        counter += by
        return counter

    values = [bump() for _ in range(3)]
    squares = {k: (lambda v=k: v * v)() for k in values if (half := k // 2) >= 0}
    return values, squares, half, 1 < counter <= 3 < 10, not counter, -counter, f"{counter!r:>{2 + 3}} {counter + 1}"


def generator(n):
    try:
        for i in range(n):
            got = yield i
            if got:
                yield got * 2
    finally:
        note("closed")
    return "end"


def delegates():
    result = yield from generator(2)
    yield result


async def work(n):
    await asyncio.sleep(0)
    return [i async for i in agen(n)]


async def agen(n):
    for i in range(n):
        yield i


def matched(value):
    match value:
        case Point(x=0, y=y):
            return ("zero", y)
        case {"k": [first, *_]} if first > note(0):
            return ("dict", first)
        case Config.size | 3:
            return "three"
        case _:
            return "other"


def failing():
    try:
        note([])[1]
    except IndexError as error:
        try:
            raise KeyError("inner") from error
        except KeyError as inner:
            return type(inner.__cause__).__name__, str(inner)


@functools.cache
def cached(n: "int" = 3, *, flag: bool = False) -> int:
    """Has a docstring."""
    return n if n < 2 else cached(n - 1) + cached(n - 2)


def frame():
    local = 1
    names = sorted(k for k in locals() if not k.startswith("__"))
    return names, eval("local + 1"), "note" in globals()


def everything():
    c = Child.make()
    gen = generator(2)
    next(gen)
    sent = gen.send(4)
    gen.close()
    del c.items[0]
    return [order(), augmented(), scopes(), sent, list(delegates()), asyncio.run(work(3)),
            [matched(v) for v in (Point(0, 2), {"k": [1, 2]}, 3, 4)], failing(), cached(10), frame(), c.total(1),
            c.double, c.plain(3), c.dyn_x(1), c(*[1], **{"a": 2}), c.items, Config(), cached.__wrapped__.__doc__,
            note.__doc__, Point.__module__ == __name__, c.total.__qualname__, Child.plain.__defaults__]
