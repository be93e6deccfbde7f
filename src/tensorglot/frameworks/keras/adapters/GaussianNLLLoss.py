import keras

from tensorglot.frameworks.keras.adapters.gaussian_nll_loss import gaussian_nll_loss
from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer


@keras.saving.register_keras_serializable(package="adapters")
class GaussianNLLLoss(LossLayer):
    """`gaussian_nll_loss` with its options."""

    def __init__(self, full=False, eps=1e-6, reduction="mean", **kwargs):
        super().__init__(reduction, **kwargs)
        self.full = full
        self.eps = eps

    def call(self, input, target, var):
        return gaussian_nll_loss(input, target, var, full=self.full, eps=self.eps, reduction=self.reduction)
