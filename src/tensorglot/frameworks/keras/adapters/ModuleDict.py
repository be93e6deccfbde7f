from keras import layers


class ModuleDict(layers.Layer):
    """A layer that holds named layers like a dict. Subclasses define `call`."""

    def __init__(self, modules=None, **kwargs):
        super().__init__(**kwargs)
        self.held = dict(modules or {})

    def __getitem__(self, key):
        return self.held[key]

    def __setitem__(self, key, layer):
        self.held[key] = layer

    def __iter__(self):
        return iter(self.held)

    def __len__(self):
        return len(self.held)

    def __contains__(self, key):
        return key in self.held

    def keys(self):
        """Names of the layers, in order."""
        return self.held.keys()

    def values(self):
        """The layers, in order."""
        return self.held.values()

    def items(self):
        """(name, layer) pairs, in order."""
        return self.held.items()
