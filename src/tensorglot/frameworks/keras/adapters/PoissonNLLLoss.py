import keras

from tensorglot.frameworks.keras.adapters.LossLayer import LossLayer
from tensorglot.frameworks.keras.adapters.poisson_nll_loss import poisson_nll_loss


@keras.saving.register_keras_serializable(package="adapters")
class PoissonNLLLoss(LossLayer):
    """`poisson_nll_loss` with its options."""

    def __init__(self, log_input=True, full=False, eps=1e-8, reduction="mean", **kwargs):
        super().__init__(reduction, **kwargs)
        self.log_input = log_input
        self.full = full
        self.eps = eps

    def call(self, input, target):
        return poisson_nll_loss(input, target, log_input=self.log_input, full=self.full, eps=self.eps,
                                reduction=self.reduction)
