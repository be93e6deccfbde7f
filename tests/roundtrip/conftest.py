"""Programs of examples/torch, lifted with their tapes; each file is run once a session."""

import pytest
from lifting import EXAMPLES, TRACED, lifted

from tensorglot import facts


@pytest.fixture(scope="session")
def traced():
    """Lifted programs with their tapes, by name of the file."""
    pytest.importorskip("torch")
    pytest.importorskip("einops")
    made = {}

    def program(name):
        if name not in made:
            made[name] = lifted(EXAMPLES / f"{name}.py", [TRACED[name]], run=True)
            assert isinstance(made[name].facts.tape, facts.Tape) and all(e["ok"] for e in made[name].facts.tape.examples)
        return made[name]

    return program
