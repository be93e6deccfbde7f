import math


def calculate_gain(nonlinearity, param=None):
    """Recommended gain of an activation; `param` is leaky ReLU's negative slope (He et al. 2015, arXiv:1502.01852)."""
    if nonlinearity in ("linear", "sigmoid") or nonlinearity.startswith("conv"):
        return 1.0
    if nonlinearity == "leaky_relu":
        return math.sqrt(2.0 / (1.0 + (0.01 if param is None else param) ** 2))
    return {"tanh": 5.0 / 3.0, "relu": math.sqrt(2.0), "selu": 0.75}[nonlinearity]
