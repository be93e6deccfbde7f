import keras

from tensorglot.frameworks.keras.adapters.binary_cross_entropy import binary_cross_entropy
from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer


@keras.saving.register_keras_serializable(package="adapters")
class BCELoss(LossLayer):
    """`binary_cross_entropy` with its options."""

    def __init__(self, weight=None, reduction="mean", **kwargs):
        super().__init__(reduction, **kwargs)
        self.weight = self.constant("weight", weight)

    def get_config(self):
        return {**super().get_config(), "weight": self.plain(self.weight), "reduction": self.reduction}

    def call(self, input, target):
        return binary_cross_entropy(input, target, weight=self.weight, reduction=self.reduction)
