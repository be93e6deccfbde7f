import keras

from tensorglot.frameworks.keras.adapters.kl_div import kl_div
from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer


@keras.saving.register_keras_serializable(package="adapters")
class KLDivLoss(LossLayer):
    """`kl_div` with its options."""

    def __init__(self, reduction="mean", log_target=False, **kwargs):
        super().__init__(reduction, **kwargs)
        self.log_target = log_target

    def call(self, input, target):
        return kl_div(input, target, reduction=self.reduction, log_target=self.log_target)
