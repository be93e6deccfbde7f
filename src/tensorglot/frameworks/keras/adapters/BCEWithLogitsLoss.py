import keras

from tensorglot.frameworks.keras.adapters.binary_cross_entropy_with_logits import binary_cross_entropy_with_logits
from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer


@keras.saving.register_keras_serializable(package="adapters")
class BCEWithLogitsLoss(LossLayer):
    """`binary_cross_entropy_with_logits` with its options."""

    def __init__(self, weight=None, reduction="mean", pos_weight=None, **kwargs):
        super().__init__(reduction, **kwargs)
        self.weight = self.constant("weight", weight)
        self.pos_weight = self.constant("pos_weight", pos_weight)

    def get_config(self):
        return {**super().get_config(), "weight": self.plain(self.weight),
                "reduction": self.reduction, "pos_weight": self.plain(self.pos_weight)}

    def call(self, input, target):
        return binary_cross_entropy_with_logits(input, target, weight=self.weight, reduction=self.reduction,
                                                pos_weight=self.pos_weight)
