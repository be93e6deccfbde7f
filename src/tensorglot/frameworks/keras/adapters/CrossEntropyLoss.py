import keras

from tensorglot.frameworks.keras.adapters.cross_entropy import cross_entropy
from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer


@keras.saving.register_keras_serializable(package="adapters")
class CrossEntropyLoss(LossLayer):
    """`cross_entropy` with its options."""

    def __init__(self, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0, axis=1, **kwargs):
        super().__init__(reduction, **kwargs)
        self.weight = self.constant("weight", weight)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing
        self.axis = axis

    def get_config(self):
        return {**super().get_config(), "weight": self.plain(self.weight), "ignore_index": self.ignore_index,
                "reduction": self.reduction, "label_smoothing": self.label_smoothing, "axis": self.axis}

    def call(self, input, target):
        return cross_entropy(input, target, weight=self.weight, ignore_index=self.ignore_index,
                             reduction=self.reduction, label_smoothing=self.label_smoothing, axis=self.axis)
