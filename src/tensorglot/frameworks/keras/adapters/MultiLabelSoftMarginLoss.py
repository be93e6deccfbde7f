import keras

from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer
from tensorglot.frameworks.keras.adapters.multilabel_soft_margin_loss import multilabel_soft_margin_loss


@keras.saving.register_keras_serializable(package="adapters")
class MultiLabelSoftMarginLoss(LossLayer):
    """`multilabel_soft_margin_loss` with its options."""

    def __init__(self, weight=None, reduction="mean", **kwargs):
        super().__init__(reduction, **kwargs)
        self.weight = self.constant("weight", weight)

    def get_config(self):
        return {**super().get_config(), "weight": self.plain(self.weight), "reduction": self.reduction}

    def call(self, input, target):
        return multilabel_soft_margin_loss(input, target, weight=self.weight, reduction=self.reduction)
