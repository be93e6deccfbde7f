"""Losses, as layers and as functions.

Each has the source's argument order, prediction first, and rule `any`: classes are on axis 1 as in the source (the
adapters' `axis` tells). Keras's own loss objects take the target first, average over the last axis even where the sum
is asked for and know no ignored class in weighted means, so adapters are the rule here. The deprecated `size_average`
and `reduce` have no counterpart.
"""

from tensorglot.catalog.registry import function, layer

_OLD = "size_average: size_average = None, reduce: reduce = None, reduction: reduction = 'mean'"
_REDUCTION = "reduction: reduction = 'mean'"
_XY = "input: x, target: y"

layer("mse_loss", "any", torch=f"nn.MSELoss({_OLD})", call_torch=f"({_XY})",
      keras=f"adapters.MSELoss({_REDUCTION})", call_keras=f"({_XY})")
function("mse_loss", "any", torch=f"F.mse_loss({_XY}, {_OLD}, weight: weight = None)",
         keras=["= ops.mean(ops.square(x - y)) | reduction='mean', weight=None",
                f"adapters.mse_loss({_XY}, {_REDUCTION}, weight: weight = None)"])

layer("l1_loss", "any", torch=f"nn.L1Loss({_OLD})", call_torch=f"({_XY})",
      keras=f"adapters.L1Loss({_REDUCTION})", call_keras=f"({_XY})")
function("l1_loss", "any", torch=f"F.l1_loss({_XY}, {_OLD}, weight: weight = None)",
         keras=["= ops.mean(ops.abs(x - y)) | reduction='mean', weight=None",
                f"adapters.l1_loss({_XY}, {_REDUCTION}, weight: weight = None)"])

layer("smooth_l1_loss", "any", torch=f"nn.SmoothL1Loss({_OLD}, beta: beta = 1.0)", call_torch=f"({_XY})",
      keras=f"adapters.SmoothL1Loss({_REDUCTION}, beta: beta = 1.0)", call_keras=f"({_XY})")
function("smooth_l1_loss", "any", torch=f"F.smooth_l1_loss({_XY}, {_OLD}, beta: beta = 1.0)",
         keras=f"adapters.smooth_l1_loss({_XY}, {_REDUCTION}, beta: beta = 1.0)")

layer("huber_loss", "any", torch=f"nn.HuberLoss({_REDUCTION}, delta: delta = 1.0)", call_torch=f"({_XY})",
      keras=f"adapters.HuberLoss({_REDUCTION}, delta: delta = 1.0)", call_keras=f"({_XY})")
function("huber_loss", "any", torch=f"F.huber_loss({_XY}, {_REDUCTION}, delta: delta = 1.0, weight: weight = None)",
         keras=f"adapters.huber_loss({_XY}, {_REDUCTION}, delta: delta = 1.0, weight: weight = None)")

_CLASS_WEIGHT = "weight: torch weight[C], keras weight[C]"
_CLASSES = ("weight: weight = None, size_average: size_average = None, ignore_index: ignore = -100, "
            "reduce: reduce = None, reduction: reduction = 'mean'")
_OWN_CLASSES = "weight: weight = None, ignore_index: ignore = -100, reduction: reduction = 'mean'"

layer("cross_entropy_loss", "any", params=_CLASS_WEIGHT,
      torch=f"nn.CrossEntropyLoss({_CLASSES}, label_smoothing: smoothing = 0.0)", call_torch=f"({_XY})",
      keras=f"adapters.CrossEntropyLoss({_OWN_CLASSES}, label_smoothing: smoothing = 0.0)", call_keras=f"({_XY})")
function("cross_entropy_loss", "any", torch=f"F.cross_entropy({_XY}, {_CLASSES}, label_smoothing: smoothing = 0.0)",
         keras=f"adapters.cross_entropy({_XY}, {_OWN_CLASSES}, label_smoothing: smoothing = 0.0)")

layer("nll_loss", "any", params=_CLASS_WEIGHT,
      torch=f"nn.NLLLoss({_CLASSES})", call_torch=f"({_XY})",
      keras=f"adapters.NLLLoss({_OWN_CLASSES})", call_keras=f"({_XY})")
function("nll_loss", "any", torch=f"F.nll_loss({_XY}, {_CLASSES})",
         keras=f"adapters.nll_loss({_XY}, {_OWN_CLASSES})")

_WEIGHTED = f"weight: weight = None, {_OLD}"
_OWN_WEIGHTED = f"weight: weight = None, {_REDUCTION}"

_ANY_WEIGHT = "weight: torch weight[S*], keras weight[S*]"
layer("bce_loss", "any", params=_ANY_WEIGHT, torch=f"nn.BCELoss({_WEIGHTED})", call_torch=f"({_XY})",
      keras=f"adapters.BCELoss({_OWN_WEIGHTED})", call_keras=f"({_XY})")
function("bce_loss", "any", torch=f"F.binary_cross_entropy({_XY}, {_WEIGHTED})",
         keras=f"adapters.binary_cross_entropy({_XY}, {_OWN_WEIGHTED})")

layer("bce_logits_loss", "any", params=f"{_ANY_WEIGHT}; pos_weight: torch pos_weight[S*], keras pos_weight[S*]",
      torch=f"nn.BCEWithLogitsLoss({_WEIGHTED}, pos_weight: pos_weight = None)", call_torch=f"({_XY})",
      keras=f"adapters.BCEWithLogitsLoss({_OWN_WEIGHTED}, pos_weight: pos_weight = None)", call_keras=f"({_XY})")
function("bce_logits_loss", "any",
         torch=f"F.binary_cross_entropy_with_logits({_XY}, {_WEIGHTED}, pos_weight: pos_weight = None)",
         keras=f"adapters.binary_cross_entropy_with_logits({_XY}, {_OWN_WEIGHTED}, pos_weight: pos_weight = None)")

layer("kl_div_loss", "any", torch=f"nn.KLDivLoss({_OLD}, log_target: log_target = False)", call_torch=f"({_XY})",
      keras=f"adapters.KLDivLoss({_REDUCTION}, log_target: log_target = False)", call_keras=f"({_XY})")
function("kl_div_loss", "any", torch=f"F.kl_div({_XY}, {_OLD}, log_target: log_target = False)",
         keras=f"adapters.kl_div({_XY}, {_REDUCTION}, log_target: log_target = False)")

_RATE = "log_input: log_input = True, full: full = False"
layer("poisson_nll_loss", "any", call_torch="(log_input: x, target: y)", call_keras=f"({_XY})",
      torch=f"nn.PoissonNLLLoss({_RATE}, size_average: size_average = None, eps: eps = 1e-08, reduce: reduce = None, "
            f"{_REDUCTION})",
      keras=f"adapters.PoissonNLLLoss({_RATE}, eps: eps = 1e-08, {_REDUCTION})")
function("poisson_nll_loss", "any",
         torch=f"F.poisson_nll_loss({_XY}, {_RATE}, size_average: size_average = None, eps: eps = 1e-08, "
               f"reduce: reduce = None, {_REDUCTION})",
         keras=f"adapters.poisson_nll_loss({_XY}, {_RATE}, eps: eps = 1e-08, {_REDUCTION})")

_VARIANCE = f"full: full = False, eps: eps = 1e-06, {_REDUCTION}"
layer("gaussian_nll_loss", "any", torch=f"nn.GaussianNLLLoss(*, {_VARIANCE})", call_torch=f"({_XY}, var: var)",
      keras=f"adapters.GaussianNLLLoss({_VARIANCE})", call_keras=f"({_XY}, var: var)")
function("gaussian_nll_loss", "any", torch=f"F.gaussian_nll_loss({_XY}, var: var, {_VARIANCE})",
         keras=f"adapters.gaussian_nll_loss({_XY}, var: var, {_VARIANCE})")

layer("hinge_embedding_loss", "any", torch=f"nn.HingeEmbeddingLoss(margin: margin = 1.0, {_OLD})",
      call_torch=f"({_XY})", keras=f"adapters.HingeEmbeddingLoss(margin: margin = 1.0, {_REDUCTION})",
      call_keras=f"({_XY})")
function("hinge_embedding_loss", "any", torch=f"F.hinge_embedding_loss({_XY}, margin: margin = 1.0, {_OLD})",
         keras=f"adapters.hinge_embedding_loss({_XY}, margin: margin = 1.0, {_REDUCTION})")

layer("soft_margin_loss", "any", torch=f"nn.SoftMarginLoss({_OLD})", call_torch=f"({_XY})",
      keras=f"adapters.SoftMarginLoss({_REDUCTION})", call_keras=f"({_XY})")
function("soft_margin_loss", "any", torch=f"F.soft_margin_loss({_XY}, {_OLD})",
         keras=f"adapters.soft_margin_loss({_XY}, {_REDUCTION})")

layer("multilabel_soft_margin_loss", "any", params=_ANY_WEIGHT,
      torch=f"nn.MultiLabelSoftMarginLoss({_WEIGHTED})",
      call_torch=f"({_XY})", keras=f"adapters.MultiLabelSoftMarginLoss({_OWN_WEIGHTED})", call_keras=f"({_XY})")
function("multilabel_soft_margin_loss", "any", torch=f"F.multilabel_soft_margin_loss({_XY}, {_WEIGHTED})",
         keras=f"adapters.multilabel_soft_margin_loss({_XY}, {_OWN_WEIGHTED})")

layer("multilabel_margin_loss", "any", torch=f"nn.MultiLabelMarginLoss({_OLD})", call_torch=f"({_XY})",
      keras=f"adapters.MultiLabelMarginLoss({_REDUCTION})", call_keras=f"({_XY})")
function("multilabel_margin_loss", "any", torch=f"F.multilabel_margin_loss({_XY}, {_OLD})",
         keras=f"adapters.multilabel_margin_loss({_XY}, {_REDUCTION})")

_POWER = "p: p = 1, margin: margin = 1.0"
layer("multi_margin_loss", "any", params=_CLASS_WEIGHT,
      torch=f"nn.MultiMarginLoss({_POWER}, {_WEIGHTED})", call_torch=f"({_XY})",
      keras=f"adapters.MultiMarginLoss({_POWER}, {_OWN_WEIGHTED})", call_keras=f"({_XY})")
function("multi_margin_loss", "any", torch=f"F.multi_margin_loss({_XY}, {_POWER}, {_WEIGHTED})",
         keras=f"adapters.multi_margin_loss({_XY}, {_POWER}, {_OWN_WEIGHTED})")

_PAIR = "input1: x, input2: x2, target: y"
layer("cosine_embedding_loss", "any", torch=f"nn.CosineEmbeddingLoss(margin: margin = 0.0, {_OLD})",
      call_torch=f"({_PAIR})", keras=f"adapters.CosineEmbeddingLoss(margin: margin = 0.0, {_REDUCTION})",
      call_keras=f"({_PAIR})")
function("cosine_embedding_loss", "any", torch=f"F.cosine_embedding_loss({_PAIR}, margin: margin = 0, {_OLD})",
         keras=f"adapters.cosine_embedding_loss({_PAIR}, margin: margin = 0.0, {_REDUCTION})")

layer("margin_ranking_loss", "any", torch=f"nn.MarginRankingLoss(margin: margin = 0.0, {_OLD})",
      call_torch=f"({_PAIR})", keras=f"adapters.MarginRankingLoss(margin: margin = 0.0, {_REDUCTION})",
      call_keras=f"({_PAIR})")
function("margin_ranking_loss", "any", torch=f"F.margin_ranking_loss({_PAIR}, margin: margin = 0, {_OLD})",
         keras=f"adapters.margin_ranking_loss({_PAIR}, margin: margin = 0.0, {_REDUCTION})")

_TRIPLET = "anchor: x, positive: positive, negative: negative"
_NORM = "margin: margin = 1.0, p: p = {p}, eps: eps = 1e-06, swap: swap = False, "
layer("triplet_margin_loss", "any", torch=f"nn.TripletMarginLoss({_NORM.format(p='2.0')}{_OLD})",
      call_torch=f"({_TRIPLET})", keras=f"adapters.TripletMarginLoss({_NORM.format(p='2.0')}{_REDUCTION})",
      call_keras=f"({_TRIPLET})")
function("triplet_margin_loss", "any", torch=f"F.triplet_margin_loss({_TRIPLET}, {_NORM.format(p='2')}{_OLD})",
         keras=f"adapters.triplet_margin_loss({_TRIPLET}, {_NORM.format(p='2.0')}{_REDUCTION})")

_DISTANCE = f"distance_function: distance = None, margin: margin = 1.0, swap: swap = False, {_REDUCTION}"
layer("triplet_margin_with_distance_loss", "any", torch=f"nn.TripletMarginWithDistanceLoss(*, {_DISTANCE})",
      call_torch=f"({_TRIPLET})", keras=f"adapters.TripletMarginWithDistanceLoss({_DISTANCE})",
      call_keras=f"({_TRIPLET})")
function("triplet_margin_with_distance_loss", "any",
         torch=f"F.triplet_margin_with_distance_loss({_TRIPLET}, *, {_DISTANCE})",
         keras=f"adapters.triplet_margin_with_distance_loss({_TRIPLET}, {_DISTANCE})")

_SEQUENCES = "log_probs: x, targets: y, input_lengths: input_lengths, target_lengths: target_lengths"
_CTC = f"blank: blank = 0, {_REDUCTION}, zero_infinity: zero_infinity = False"
_CTC_TOL = (1e-5, "TensorFlow's CTC computes in float32")
layer("ctc_loss", "any", float64_tol=_CTC_TOL, torch=f"nn.CTCLoss({_CTC})", call_torch=f"({_SEQUENCES})",
      keras=f"adapters.CTCLoss({_CTC})", call_keras=f"({_SEQUENCES})")
function("ctc_loss", "any", float64_tol=_CTC_TOL, torch=f"F.ctc_loss({_SEQUENCES}, {_CTC})",
         keras=f"adapters.ctc_loss({_SEQUENCES}, {_CTC})")
