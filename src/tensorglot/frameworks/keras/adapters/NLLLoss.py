import keras

from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer
from tensorglot.frameworks.keras.adapters.nll_loss import nll_loss


@keras.saving.register_keras_serializable(package="adapters")
class NLLLoss(LossLayer):
    """`nll_loss` with its options."""

    def __init__(self, weight=None, ignore_index=-100, reduction="mean", axis=1, **kwargs):
        super().__init__(reduction, **kwargs)
        self.weight = self.constant("weight", weight)
        self.ignore_index = ignore_index
        self.axis = axis

    def get_config(self):
        return {**super().get_config(), "weight": self.plain(self.weight), "ignore_index": self.ignore_index,
                "reduction": self.reduction, "axis": self.axis}

    def call(self, input, target):
        return nll_loss(input, target, weight=self.weight, ignore_index=self.ignore_index, reduction=self.reduction,
                        axis=self.axis)
