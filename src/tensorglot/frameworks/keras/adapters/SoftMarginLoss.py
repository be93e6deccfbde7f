import keras

from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer
from tensorglot.frameworks.keras.adapters.soft_margin_loss import soft_margin_loss


@keras.saving.register_keras_serializable(package="adapters")
class SoftMarginLoss(LossLayer):
    """`soft_margin_loss` with its options."""

    def __init__(self, reduction="mean", **kwargs):
        super().__init__(reduction, **kwargs)

    def call(self, input, target):
        return soft_margin_loss(input, target, reduction=self.reduction)
