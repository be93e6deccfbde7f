import keras

from tensorglot.frameworks.keras.adapters.l1_loss import l1_loss
from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer


@keras.saving.register_keras_serializable(package="adapters")
class L1Loss(LossLayer):
    """`l1_loss` with its options."""

    def __init__(self, reduction="mean", **kwargs):
        super().__init__(reduction, **kwargs)

    def call(self, input, target):
        return l1_loss(input, target, reduction=self.reduction)
