from keras import layers


class ModuleList(layers.Layer):
    """A layer that holds layers like a list. Subclasses define `call`."""

    def __init__(self, modules=None, **kwargs):
        super().__init__(**kwargs)
        self.held = list(modules or [])

    def __getitem__(self, index):
        return self.held[index]

    def __iter__(self):
        return iter(self.held)

    def __len__(self):
        return len(self.held)

    def append(self, layer):
        """Adds a layer at the end."""
        self.held.append(layer)

    def extend(self, more):
        """Adds layers at the end."""
        self.held.extend(more)
