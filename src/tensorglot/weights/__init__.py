"""Weights: the plan, transfer between live models, conversion of checkpoints."""

from tensorglot.weights.plan import Plan, load_plan
from tensorglot.weights.transfer import TransferReport, transfer_weights

__all__ = ["Plan", "TransferReport", "load_plan", "transfer_weights"]
