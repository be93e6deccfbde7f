import keras


class Chain(keras.Model):
    """Layers one after the other, for subclasses that call them in their own way."""

    def __init__(self, *held, **kwargs):
        super().__init__(**kwargs)
        self.held = list(held[0].values() if len(held) == 1 and isinstance(held[0], dict) else held)

    def add(self, layer):
        """Adds a layer at the end."""
        self.held.append(layer)

    def call(self, x):
        for layer in self.held:
            x = layer(x)
        return x
