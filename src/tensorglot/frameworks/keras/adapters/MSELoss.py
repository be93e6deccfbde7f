import keras

from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer
from tensorglot.frameworks.keras.adapters.mse_loss import mse_loss


@keras.saving.register_keras_serializable(package="adapters")
class MSELoss(LossLayer):
    """`mse_loss` with its options."""

    def __init__(self, reduction="mean", **kwargs):
        super().__init__(reduction, **kwargs)

    def call(self, input, target):
        return mse_loss(input, target, reduction=self.reduction)
