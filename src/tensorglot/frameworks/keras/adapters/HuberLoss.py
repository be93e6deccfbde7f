import keras

from tensorglot.frameworks.keras.adapters.huber_loss import huber_loss
from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer


@keras.saving.register_keras_serializable(package="adapters")
class HuberLoss(LossLayer):
    """`huber_loss` with its options."""

    def __init__(self, reduction="mean", delta=1.0, **kwargs):
        super().__init__(reduction, **kwargs)
        self.delta = delta

    def call(self, input, target):
        return huber_loss(input, target, reduction=self.reduction, delta=self.delta)
