import keras

from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer
from tensorglot.frameworks.keras.adapters.triplet_margin_with_distance_loss import triplet_margin_with_distance_loss


@keras.saving.register_keras_serializable(package="adapters")
class TripletMarginWithDistanceLoss(LossLayer):
    """`triplet_margin_with_distance_loss` with its options."""

    def __init__(self, distance_function=None, margin=1.0, swap=False, reduction="mean", **kwargs):
        super().__init__(reduction, **kwargs)
        self.distance_function = distance_function
        self.margin = margin
        self.swap = swap

    def call(self, anchor, positive, negative):
        return triplet_margin_with_distance_loss(anchor, positive, negative, distance_function=self.distance_function,
                                                 margin=self.margin, swap=self.swap, reduction=self.reduction)
