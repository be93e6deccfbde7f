"""Products, decompositions and distances."""

from __future__ import annotations

from . import tensor_codecs  # noqa: F401  (registers the codecs used here)
from .registry import function

# Products.
function("matmul", "matmul",
         torch=["operator.matmul(x: x, y: y)", "torch.matmul(input: x, other: y)", "Tensor.matmul(self: x, other: y)",
                "torch.linalg.matmul(input: x, other: y)", "torch.bmm(input: x, mat2: y)",
                "Tensor.bmm(self: x, mat2: y)",
                "torch.mm(input: x, mat2: y)", "Tensor.mm(self: x, mat2: y)", "torch.mv(input: x, vec: y)",
                "torch.spmm(input: x, mat2: y)", "torch.sparse.mm(mat1: x, mat2: y)",
                "Tensor.mv(self: x, vec: y)"],
         keras=["ops.matmul(x1: x, x2: y)", "operator.matmul(x: x, y: y)"],
         tensorflow=["tf.matmul(a: matrix(x), b: matrix(y))", "ops.matmul(x1: x, x2: y)",
                     "operator.matmul(x: x, y: y)"])
function("dot", "any",
         torch=["torch.dot(input: x, tensor: y)", "Tensor.dot(self: x, tensor: y)", "torch.vdot(input: x, other: y)"],
         keras="ops.dot(x1: x, x2: y)", tensorflow="= tf.tensordot(x, y, axes=1)")
function("inner", "any", torch=["torch.inner(input: x, other: y)", "Tensor.inner(self: x, other: y)"],
         keras="ops.inner(x1: x, x2: y)")
function("outer", "any",
         torch=["torch.outer(input: x, vec2: y)", "Tensor.outer(self: x, vec2: y)", "torch.ger(input: x, vec2: y)",
                "Tensor.ger(self: x, vec2: y)"],
         keras="ops.outer(x1: x, x2: y)")
function("addmm", "any",
         torch=["torch.addmm(input: x, mat1: y, mat2: z, *, beta: beta = 1, alpha: alpha = 1)",
                "Tensor.addmm(self: x, mat1: y, mat2: z, *, beta: beta = 1, alpha: alpha = 1)",
                "torch.addmv(input: x, mat: y, vec: z, *, beta: beta = 1, alpha: alpha = 1)",
                "torch.baddbmm(input: x, batch1: y, batch2: z, *, beta: beta = 1, alpha: alpha = 1)",
                "Tensor.baddbmm(self: x, batch1: y, batch2: z, *, beta: beta = 1, alpha: alpha = 1)"],
         keras=["= x + ops.matmul(y, z) | beta=1, alpha=1", "= beta * x + ops.matmul(y, z) | alpha=1",
                "adapters.addmm(x: x, y: y, z: z, beta: beta = 1, alpha: alpha = 1)"])
function("einsum", "einsum equation", torch="torch.einsum(equation: equation, *operands: xs)",
         keras="ops.einsum(subscripts: equation, *operands: xs)",
         tensorflow="tf.einsum(equation: equation, *inputs: xs)")
function("tensordot", "any", torch="torch.tensordot(a: x, b: y, dims: axes = 2)",
         keras="ops.tensordot(x1: x, x2: y, axes: axes = 2)", tensorflow="tf.tensordot(a: x, b: y, axes: axes)")
function("kron", "any", torch=["torch.kron(input: x, other: y)", "Tensor.kron(self: x, other: y)"],
         keras="ops.kron(x1: x, x2: y)")
function("cross", "any",
         torch=["torch.linalg.cross(input: x, other: y, *, dim: axis = -1)",
                "torch.cross(input: x, other: y, dim: axis)",
                "Tensor.cross(self: x, other: y, dim: axis)"],
         keras="ops.cross(x1: x, x2: y, axis: axis = None)")
function("multi_dot", "any", torch="torch.linalg.multi_dot(tensors: xs)", keras="adapters.multi_dot(xs: xs)")
function("linear", "last",
         torch="F.linear(input: x, weight: weight, bias: bias = None)",
         keras=["= ops.matmul(x, stored(weight)) | bias=None", "= ops.matmul(x, stored(weight)) + or_zero(bias)",
                "= ops.matmul(x, ops.transpose(weight)) | bias=None",
                "= ops.matmul(x, ops.transpose(weight)) + or_zero(bias)"],
         tensorflow=["= tf.matmul(x, stored(weight)) | bias=None", "= tf.matmul(x, stored(weight)) + or_zero(bias)",
                     "= tf.matmul(x, weight, transpose_b=True) | bias=None",
                     "= tf.matmul(x, weight, transpose_b=True) + or_zero(bias)"])
function("embedding_lookup", "any",
         torch="F.embedding(input: x, weight: weight, padding_idx: padding_idx = None, max_norm: None = None, "
               "norm_type: _ = 2.0, scale_grad_by_freq: False = False, sparse: _ = False)",
         keras=["ops.take(x: weight, indices: x, axis: 0) | padding_idx=None",
                "adapters.embedding_lookup(x: x, weight: weight, padding_idx: padding_idx)"],
         tensorflow=["tf.gather(params: weight, indices: x) | padding_idx=None",
                     "adapters.embedding_lookup(x: x, weight: weight, padding_idx: padding_idx)"])
function("scaled_dot_product_attention", "any",
         torch="F.scaled_dot_product_attention(query: query, key: key, value: value, attn_mask: mask = None, "
               "dropout_p: dropout = 0.0, is_causal: causal = False, scale: scale = None, enable_gqa: grouped = False)",
         keras="adapters.scaled_dot_product_attention(query: query, key: key, value: value, mask: mask = None, "
               "dropout: dropout = 0.0, causal: causal = False, scale: scale = None, grouped: grouped = False)")

# Norms and distances.
function("normalize", "axis axis",
         torch="F.normalize(input: x, p: order = 2.0, dim: axis = 1, eps: eps = 1e-12)",
         keras=["ops.normalize(x: x, axis: axis = -1, order: whole(order) = 2, epsilon: eps = None)",
                "adapters.normalize(x: x, order: order = 2.0, axis: axis = 1, eps: eps = 1e-12)"])
function("cdist", "any",
         torch="torch.cdist(x1: x, x2: y, p: order = 2.0, compute_mode: _ = 'use_mm_for_euclid_dist_if_necessary')",
         keras=["ops.cdist(x: x, y: y) | order=2.0", "adapters.cdist(x: x, y: y, order: order = 2.0)"])

# Decompositions and solvers.
function("trace", "any", torch=["torch.trace(input: x)", "Tensor.trace(self: x)"], keras="ops.trace(x: x)",
         tensorflow="tf.linalg.trace(x: x)")
function("inverse", "any",
         torch=["torch.linalg.inv(A: x)", "torch.inverse(input: x)", "Tensor.inverse(self: x)"],
         keras="ops.inv(x: x)", tensorflow="tf.linalg.inv(input: x)")
function("pinv", "any",
         torch=["torch.linalg.pinv(A: x)", "torch.pinverse(input: x)"], keras="ops.pinv(x: x)",
         tensorflow="tf.linalg.pinv(a: x)")
function("det", "any", torch=["torch.linalg.det(A: x)", "torch.det(input: x)", "Tensor.det(self: x)"],
         keras="ops.det(x: x)",
         tensorflow="tf.linalg.det(input: x)")
function("slogdet", "any", torch=["torch.linalg.slogdet(A: x)", "torch.slogdet(input: x)", "Tensor.slogdet(self: x)"],
         keras="ops.slogdet(x: x)", tensorflow="tf.linalg.slogdet(input: x)", outputs="sign: ; logabsdet: ")
function("logdet", "any", torch=["torch.logdet(input: x)", "Tensor.logdet(self: x)"], keras="ops.logdet(x: x)",
         tensorflow="tf.linalg.logdet(matrix: x)")
function("cholesky", "any",
         torch=["torch.linalg.cholesky(A: x, *, upper: upper = False)",
                "torch.cholesky(input: x, upper: upper = False)"],
         keras="ops.cholesky(x: x, upper: upper = False)",
         tensorflow=["tf.linalg.cholesky(input: x)", "ops.cholesky(x: x, upper: upper = False)"])
function("qr", "any", torch="torch.linalg.qr(A: x, mode: mode = 'reduced')",
         keras="ops.qr(x: x, mode: mode = 'reduced')",
         outputs="Q: ; R: ")
function("svd", "any", torch="torch.linalg.svd(A: x, full_matrices: full = True)",
         keras="ops.svd(x: x, full_matrices: full = True)",
         outputs="U: ; S: ; Vh: ")
function("eigh", "any", torch="torch.linalg.eigh(A: x)", keras="ops.eigh(x: x)",
         outputs="eigenvalues: ; eigenvectors: ")
function("solve", "any", torch="torch.linalg.solve(A: x, B: y)", keras="ops.solve(a: x, b: y)",
         tensorflow="tf.linalg.solve(matrix: x, rhs: y)")
function("solve_triangular", "any", torch="torch.linalg.solve_triangular(A: x, B: y, *, upper: upper)",
         keras="ops.solve_triangular(a: x, b: y, lower: opposite(upper) = False)",
         tensorflow="tf.linalg.triangular_solve(matrix: x, rhs: y, lower: opposite(upper) = True)")
function("matrix_power", "any",
         torch=["torch.linalg.matrix_power(A: x, n: n)", "torch.matrix_power(input: x, n: n)"],
         keras="adapters.matrix_power(x: x, n: n)")
