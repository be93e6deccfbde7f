import keras

from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer
from tensorglot.frameworks.keras.adapters.triplet_margin_loss import triplet_margin_loss


@keras.saving.register_keras_serializable(package="adapters")
class TripletMarginLoss(LossLayer):
    """`triplet_margin_loss` with its options."""

    def __init__(self, margin=1.0, p=2.0, eps=1e-6, swap=False, reduction="mean", **kwargs):
        super().__init__(reduction, **kwargs)
        self.margin = margin
        self.p = p
        self.eps = eps
        self.swap = swap

    def call(self, anchor, positive, negative):
        return triplet_margin_loss(anchor, positive, negative, margin=self.margin, p=self.p, eps=self.eps,
                                   swap=self.swap, reduction=self.reduction)
