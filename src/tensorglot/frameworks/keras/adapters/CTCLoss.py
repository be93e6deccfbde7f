import keras

from tensorglot.frameworks.keras.adapters.ctc_loss import ctc_loss
from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer


@keras.saving.register_keras_serializable(package="adapters")
class CTCLoss(LossLayer):
    """`ctc_loss` with its options."""

    def __init__(self, blank=0, reduction="mean", zero_infinity=False, **kwargs):
        super().__init__(reduction, **kwargs)
        self.blank = blank
        self.zero_infinity = zero_infinity

    def call(self, log_probs, targets, input_lengths, target_lengths):
        return ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=self.blank, reduction=self.reduction,
                        zero_infinity=self.zero_infinity)
