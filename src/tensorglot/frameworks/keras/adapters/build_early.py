def build_early(layer, *shape):
    """Builds `layer` for inputs of a shape in its constructor, which reads its weights and may add others."""
    layer.build(shape)
    layer._tracker.unlock()  # as Keras's own layers do where they add weights to a layer that is built
