import keras

from tensorglot.frameworks.keras.adapters.hinge_embedding_loss import hinge_embedding_loss
from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer


@keras.saving.register_keras_serializable(package="adapters")
class HingeEmbeddingLoss(LossLayer):
    """`hinge_embedding_loss` with its options."""

    def __init__(self, margin=1.0, reduction="mean", **kwargs):
        super().__init__(reduction, **kwargs)
        self.margin = margin

    def call(self, input, target):
        return hinge_embedding_loss(input, target, margin=self.margin, reduction=self.reduction)
