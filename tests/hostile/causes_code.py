"""Code that can't be migrated, or only with care: marked at its place, never silently wrong."""

from hostile_cases import Case, body, migrate

RUN = "--model Net() --input float32[2,3,8,8]"


def _marked(cause: str, forward: str, diagnostic: str, place: str, says: str = "", init: str = "pass",
            head: str = "", options: str = "--no-run", gap: str = "") -> Case:
    return migrate(cause, body(forward, init, head), 1, diagnostic, says, options=options, place=place, gap=gap,
                   needs="pipeline" if options == "--no-run" else "torch")


def _fine(cause: str, text: str, options: str = RUN + " --verify", gap: str = "") -> Case:
    return migrate(cause, text, 0, options=options, needs="torch", gap=gap)


UNKNOWN = [
    _marked("function that no framework has", "return torch.frobnicate(x)", "TG010", "net.py:12:16", "frobnicate"),
    _marked("layer that no framework has", "return self.a(x)", "TG010", "net.py:9:18", "Frobnicate",
            init="self.a = nn.Frobnicate(3)"),
    _marked("argument that the function has not", "return torch.relu(x, axis=1)", "TG01", "net.py:12", "axis"),
    _marked("argument that the layer has not", "return self.a(x)", "TG01", "net.py:9", "colour",
            init="self.a = nn.Linear(3, 4, colour='red')"),
    _marked("too many arguments", "return torch.relu(x, 1, 2, 3)", "TG01", "net.py:12"),
    _marked("framework module as a value", "return self.call(x, F)", "TG01", "net.py:12",
            init="self.call = lambda y, tools: tools.relu(y)",
            gap="a framework's module used as a value is not seen: its name is undefined"),
    _marked("API found at run time", "return getattr(torch, self.kind)(x)", "TG014", "net.py:12",
            init="self.kind = 're' + 'lu'"),
    _marked("everything imported by a star, and an unknown name", "return frobnicate2(x)", "TG010", "net.py:12",
            head="from torch import *", gap="a name that no star import is known to bind is left as it is"),
    _marked("code in a string", "exec('x = torch.relu(x)')\nreturn x", "TG013", "net.py:12",
            gap="code in strings is left as it is"),
    _marked("gradient inside the forward pass", "return torch.autograd.grad(x.sum(), x)[0]", "TG010", "net.py:12"),
    _marked("hook", "return x", "TG013", "net.py:9", init="self.register_forward_hook(lambda *a: None)"),
    _marked("compiled operators", "return torch.ops.mylib.fused(x)", "TG010", "net.py:12"),
    _marked("quantised layers", "return self.a(x)", "TG010", "net.py:9",
            init="self.a = torch.ao.nn.quantized.Linear(3, 3)"),
    _marked("weight of a layer that is another one in the target", "return x * self.a.weight.sum()", "TG013",
            "net.py:12", "grouped", init="self.a = nn.Conv2d(3, 3, 3, groups=3)"),
    _marked("one tensor, or a list of tensors", "return torch.meshgrid(self.axes, indexing='ij')[0] * x", "TG011",
            "net.py:12", "sequence", init="self.axes = make_axes()"),
    _marked("function that changes two arguments and returns nothing",
            "x, y = self.a(x), self.a(x)\nshift(x, y)\nreturn self.b(x)", "TG013", "net.py:18", "changed in place", options=RUN,
            head="def shift(y, z):\n    y.add_(1)\n    z.add_(1)\n",
            init="self.a = nn.Conv2d(3, 4, 1)\nself.b = nn.Conv2d(4, 2, 1)"),
    _marked("function that changes two arguments, of which one is returned",
            "x, y = self.a(x), self.a(x)\nshift(x, y)\nreturn x", "TG013", "net.py:17", "changed in place", options=RUN,
            head="def shift(y, z):\n    y.add_(1)\n    z.add_(1)\n", init="self.a = nn.Conv2d(3, 4, 1)"),
    _marked("change through a view that has a name", "x = self.a(x)\ny = x.flatten(1)\ny.add_(1)\nreturn x", "TG013",
            "net.py:15", "changed in place", options=RUN, init="self.a = nn.Conv2d(3, 4, 1)"),
    _marked("augmented assignment to a view", "x = self.a(x)\ny, z = x.chunk(2, 1)\ny += 1\nreturn x + torch.cat([y, z], 1)",
            "TG013", "net.py:15", "changed in place", options=RUN, init="self.a = nn.Conv2d(3, 4, 1)"),
    _marked("function that no example ran, and that changes its argument", "if self.never:\n    shift(x)\nreturn x",
            "TG013", "net.py:5", "whoever called", options=RUN, head="def shift(y: torch.Tensor):\n    y.add_(1)\n",
            init="self.never = False"),
    _marked("sparse tensors", "return x.to_sparse()", "TG010", "net.py:12"),
    _marked("storage tricks", "return torch.as_strided(x, (2, 2), (1, 1))", "TG010", "net.py:12"),
]

HARMLESS = [
    _fine("own gradient", body("return Own.apply(self.fc(x))", "self.fc = nn.Conv2d(3, 4, 1)").replace(
        "class Net", "class Own(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n        return x\n\n"
                     "    @staticmethod\n    def backward(ctx, gradient):\n        return -gradient\n\n\nclass Net", 1)),
    _fine("function that changes its argument and returns nothing",
          body("x = self.a(x)\nshift(x)\nreturn x", "self.a = nn.Conv2d(3, 4, 1)", "def shift(y):\n    y.add_(1)\n")),
    _fine("API found at run time among names that the file spells out",
          body("return getattr(torch, self.kind)(self.fc(x))", "self.fc = nn.Conv2d(3, 4, 1)\nself.kind = 'relu'")),
    _fine("locals that are called like the target's modules",
          body("layers = self.fc(x)\nops = layers.relu()\nkeras = ops.sum(1)\ntf = keras + 1\nreturn tf",
               "self.fc = nn.Conv2d(3, 4, 1)"),
          gap="a local called `keras` hides the import that `keras.ops.sum` was written with"),
    _fine("arguments that are unpacked", body("return self.a(x)", "self.a = nn.Conv2d(*(3, 4, 1))")),
    _fine("attributes that the target reserves",
          body("return self.output(self.input(self.layers(x)))",
               "self.layers = nn.Conv2d(3, 4, 1)\nself.input = nn.ReLU()\nself.output = nn.Flatten()\n"
               "self.name = 'net'\nself.path = 'p'\nself.dtype_ = 'x'")),
    _fine("parameter that hides a module", body("import torch as F2\nreturn F2.relu(self.twice(x, 2))",
                                                "self.twice = lambda y, F: y * F")),
    _fine("size that depends on the data is run for real", body("return x[:, :, : int(x.shape[2] // 2)]")),
    _fine("identifiers that are no ASCII", body("größe = self.schicht(x)\nreturn größe",
                                                "self.schicht = nn.Conv2d(3, 4, 1)  # Größe ☃")),
    _fine("class made twice under one name", body("return self.fc(x)", "self.fc = nn.Conv2d(3, 2, 1)")
          + "\n\nNet2 = Net\n"),
    _fine("layer shared by two names", body("return self.b(self.a(x))",
                                            "self.a = nn.Conv2d(3, 3, 1)\nself.b = self.a")),
    _fine("framework under another name", body("return x.relu()").replace("import torch\n", "import torch as ttt\n")),
    _fine("quotes, braces and percent signs in text",
          body("print(f\"{x.shape!r:>{20}} %s {{}} '\")\nreturn torch.relu(x)")),
]

CASES = UNKNOWN + HARMLESS
