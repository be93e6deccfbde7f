"""Programs that misbehave when they are run: the child dies, not the command, and nothing leaks."""

from hostile_cases import NET, Case, body, migrate

ARGUMENTS = "--model Net() --input float32[2,3]"


def _given(cause: str, model: str, inputs: str, code: int, diagnostic: str | None, says: str, **more: object) -> Case:
    options = "--verify " if more.pop("verify", False) else ""
    options += f"--model {model} " + " ".join(f"--input {text}" for text in inputs.split())
    return migrate(cause, NET, code, diagnostic, says, options=options, needs="torch", **more)


def _imported(cause: str, line: str, code: int, diagnostic: str | None, says: str = "") -> Case:
    return migrate(cause, line + "\n" + NET, code, diagnostic, says, options=ARGUMENTS, needs="torch")


def _forward(cause: str, forward: str, says: str = "", head: str = "", diagnostic: str | None = "TG004") -> Case:
    return migrate(cause, body(forward, "self.fc = nn.Linear(3, 4)", head), 1 if diagnostic else 0, diagnostic, says,
                   options=ARGUMENTS, needs="torch")


EXPRESSIONS = [
    _given("model that does not exist", "Nets()", "float32[2,3]", 1, "TG004", "NameError"),
    _given("constructor with unknown arguments", "Net(depth=3)", "float32[2,3]", 1, "TG004", "unexpected keyword"),
    _given("inputs of a wrong size", "Net()", "float32[2,5]", 1, "TG004", "net.py:11"),
    _given("too many inputs", "Net()", "float32[2,3] float32[2,3]", 1, "TG004", "positional argument"),
    _given("input of an unknown name", "Net()", "y=float32[2,3]", 1, "TG004", "unexpected keyword"),
    _given("input of a wrong dtype", "Net()", "int64[2,3]", 1, "TG050", "dtype", verify=True),
    _given("model that is no model", "3", "float32[2,3]", 1, "TG004", "int"),
    _given("model that is a class", "Net", "float32[2,3]", 1, "TG004", ""),
    _given("module that is not part of the project", "other:Net()", "float32[2,3]", 2, "TG002", "other"),
    _given("input function that fails", "Net()", "@make.py:make", 1, "TG004", "ZeroDivisionError",
           files={"make.py": "def make():\n    return 1 / 0\n"}),
    _given("input function that does not exist", "Net()", "@make.py:nothing", 1, "TG004", "nothing",
           files={"make.py": "x = 1\n"}),
    _given("input file that does not exist", "Net()", "@gone.py:make", 2, "TG002", "gone.py"),
]

IMPORTS = [
    _imported("prints when imported", "print('noise ' * 1000)", 0, None),
    _imported("writes to the raw file descriptors", "import os; os.write(1, b'noise'); os.write(2, b'noise')", 0, None),
    _imported("exits when imported", "import sys; sys.exit(0)", 1, "TG004", "exit"),
    _imported("ends its process at once", "import os; os._exit(0)", 1, "TG004", "early"),
    _imported("raises when imported", "raise ValueError('boom')", 1, "TG004", "boom"),
    _imported("raises what is no Exception", "raise KeyboardInterrupt", 1, "TG004", "KeyboardInterrupt"),
    _imported("imports what is not installed", "import no_such_package_here", 1, "TG004", "no_such_package_here"),
    _imported("hangs when imported", "while True: pass", 1, "TG004", "s"),
    _imported("sleeps when imported", "import time; time.sleep(1e6)", 1, "TG004", "s"),
    _imported("allocates without end", "x = []\nwhile True: x.append(bytearray(2**26))", 1, "TG004", ""),
    _imported("recurses without end", "def f(): f()\nf()", 1, "TG004", "recursion"),
    _imported("kills its process", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 1, "TG004", "SIGKILL"),
    _imported("kills its process group", "import os, signal; os.killpg(0, signal.SIGTERM)", 1, "TG004", "SIGTERM"),
    _imported("crashes the interpreter", "import ctypes; ctypes.string_at(0)", 1, "TG004", "SIG"),
    _imported("reads standard input", "import sys\nassert sys.stdin.read() == ''", 0, None),
    _imported("leaves a file in the working folder", "open('litter.txt', 'w').write('x')", 0, None),
    _imported("leaves a child process", "import subprocess; subprocess.Popen(['sleep', '600'])", 0, None),
    _imported("looks for the user's secrets", "import os\nassert 'TENSORGLOT_SECRET' not in os.environ", 0, None),
    _imported("uses the network", "import socket; socket.create_connection(('127.0.0.1', 9), 1)", 1, "TG004", ""),
    migrate("cyclic imports", "import other\n" + NET, 0, None, options=ARGUMENTS + " --force", needs="torch",
            files={"other.py": "import net\nX = 1\n"}),
    migrate("cyclic imports that fail", "from other import X\n" + NET, 1, "TG004", "import", options=ARGUMENTS,
            needs="torch", files={"other.py": "from net import Net\nX = 1\n"}),
]

CALLS = [
    _forward("prints in forward", "print('noise')\nreturn self.fc(x)", diagnostic=None),
    _forward("raises in forward", "raise RuntimeError('not today')", "not today"),
    _forward("hangs in forward", "while True:\n    x = self.fc(x)[:, :3]", "s"),
    _forward("asks for more memory than there is", "return self.fc(x) + torch.zeros(2**45).numpy().sum()", ""),
    _forward("returns what is no tensor", "self.fc(x)\nreturn object()", diagnostic=None),
    _forward("exits in forward", "exit(3)", "exit"),
]

CASES = EXPRESSIONS + IMPORTS + CALLS
