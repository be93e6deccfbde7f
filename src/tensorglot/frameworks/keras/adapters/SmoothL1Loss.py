import keras

from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer
from tensorglot.frameworks.keras.adapters.smooth_l1_loss import smooth_l1_loss


@keras.saving.register_keras_serializable(package="adapters")
class SmoothL1Loss(LossLayer):
    """`smooth_l1_loss` with its options."""

    def __init__(self, reduction="mean", beta=1.0, **kwargs):
        super().__init__(reduction, **kwargs)
        self.beta = beta

    def call(self, input, target):
        return smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)
