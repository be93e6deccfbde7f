import keras

from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer
from tensorglot.frameworks.keras.adapters.multi_margin_loss import multi_margin_loss


@keras.saving.register_keras_serializable(package="adapters")
class MultiMarginLoss(LossLayer):
    """`multi_margin_loss` with its options."""

    def __init__(self, p=1, margin=1.0, weight=None, reduction="mean", **kwargs):
        super().__init__(reduction, **kwargs)
        self.p = p
        self.margin = margin
        self.weight = self.constant("weight", weight)

    def get_config(self):
        return {**super().get_config(), "p": self.p, "margin": self.margin,
                "weight": self.plain(self.weight), "reduction": self.reduction}

    def call(self, input, target):
        return multi_margin_loss(input, target, p=self.p, margin=self.margin, weight=self.weight,
                                 reduction=self.reduction)
