import keras

from tensorglot.frameworks.keras.adapters.cosine_embedding_loss import cosine_embedding_loss
from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer


@keras.saving.register_keras_serializable(package="adapters")
class CosineEmbeddingLoss(LossLayer):
    """`cosine_embedding_loss` with its options."""

    def __init__(self, margin=0.0, reduction="mean", **kwargs):
        super().__init__(reduction, **kwargs)
        self.margin = margin

    def call(self, input1, input2, target):
        return cosine_embedding_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)
