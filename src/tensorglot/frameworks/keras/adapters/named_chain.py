import keras


def named_chain(named):
    """A chain of layers (name → layer), which can also be read off it by their names."""
    chain = keras.Sequential(list(named.values()))
    for name, layer in named.items():
        setattr(chain, name + "_" if hasattr(chain, name) else name, layer)
    return chain
