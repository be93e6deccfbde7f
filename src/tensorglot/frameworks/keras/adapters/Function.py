import keras
from keras import ops


class Function:
    """Base of operations with a gradient of their own: static methods `forward(ctx, …)` and `backward(ctx, …)`.

    `backward` gets the gradients of the outputs and returns one, or None, for each argument of `forward`.
    """

    @classmethod
    def apply(cls, *args):
        """The result of `forward`, of which `backward` is the gradient."""
        args = [ops.convert_to_tensor(a) if isinstance(a, keras.Variable) else a for a in args]
        places = [i for i, a in enumerate(args) if ops.is_tensor(a) or isinstance(a, keras.KerasTensor)]
        ctx = Context([i in places for i in range(len(args))])

        def compute(*tensors):
            given = list(args)
            for place, tensor in zip(places, tensors):
                given[place] = tensor
            if hasattr(cls, "setup_context"):
                result = cls.forward(*given)
                cls.setup_context(ctx, tuple(given), result)
            else:
                result = cls.forward(ctx, *given)

            def gradient(*passed, upstream=None):
                upstream = passed if upstream is None else upstream if isinstance(upstream, tuple) else (upstream,)
                gradients = cls.backward(ctx, *upstream)
                gradients = gradients if isinstance(gradients, tuple) else (gradients,)
                kept = [gradients[i] for i in places]
                kept = [ops.zeros_like(t) if g is None else g for g, t in zip(kept, tensors)]
                return tuple(kept) if len(kept) > 1 else kept[0]

            return result, gradient

        return ops.custom_gradient(compute)(*[args[i] for i in places])


class Context:
    """What `forward` leaves for `backward`."""

    def __init__(self, needs_input_grad):
        self.needs_input_grad = tuple(needs_input_grad)
        self.saved_tensors = ()

    def save_for_backward(self, *tensors):
        self.saved_tensors = tensors

    @property
    def saved_variables(self):
        return self.saved_tensors

    def mark_non_differentiable(self, *tensors):
        """Integers and comparisons have no gradient anyway."""
