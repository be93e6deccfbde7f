import keras

from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer
from tensorglot.frameworks.keras.adapters.margin_ranking_loss import margin_ranking_loss


@keras.saving.register_keras_serializable(package="adapters")
class MarginRankingLoss(LossLayer):
    """`margin_ranking_loss` with its options."""

    def __init__(self, margin=0.0, reduction="mean", **kwargs):
        super().__init__(reduction, **kwargs)
        self.margin = margin

    def call(self, input1, input2, target):
        return margin_ranking_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)
