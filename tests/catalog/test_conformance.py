"""Every tensor function of the catalog, in every framework, on sampled arguments."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

import keras
import numpy as np
import pytest
import torch
from evaluating import NAMESPACES, Sample, assert_close, forms, plain_result, resolve, shapes, tensors, value_of
from samples import HOST_ONLY, SAMPLES

from tensorglot.catalog import registry

FAMILIES = ("create", "elementwise", "reduce", "shape", "index", "linalg", "random", "einops", "device", "misc")
#: Entries whose storage differs between frameworks: tested in test_functions.py.
OTHER_STORAGE = {"grid_sample"}
#: Decompositions that are unique up to signs of vectors.
UP_TO_SIGN = {"svd", "eigh", "qr"}
#: Signatures that no sample reaches here, with the reason.
OUT_OF_REACH = {"Tensor.cuda": "needs the device", "Tensor.pin_memory": "needs the device",
                "Tensor.retain_grad": "needs a graph", "torch.from_numpy": "takes a numpy array",
                "adapters.normal_like": "for operands that are no names", "adapters.uniform_like": "likewise",
                "adapters.split_sizes": "only for sizes that are no literals: tested in test_functions.py"}
#: Not every form takes every sample (receivers that are numbers, in-place forms that change dtype, other ranks).
REFUSALS = (RuntimeError, TypeError, AttributeError, AssertionError, IndexError)
TOLERANCE = {"float32": 2e-5, "float64": 1e-12}
BACKEND = keras.backend.backend()
#: Keras on torch computes many functions in single precision, and JAX has no 64-bit numbers by default.
DTYPES = ("float32", "float64") if BACKEND == "tensorflow" else ("float32",)
#: Set by `test_adapters_on_other_backends`.
ONLY_ADAPTERS = os.environ.get("CONFORMANCE_ADAPTERS", "")


def adapted(entry):
    """True for entries that some adapter implements."""
    return any("adapters." in (s.template or s.callee) for s in entry.signatures.get("keras") or ())


registry.load()
ENTRIES = [e for e in registry.REGISTRY.values() if e.kind == "function" and e.family in FAMILIES]
CASES = [(e.name, n) for e in ENTRIES for n in range(len(SAMPLES.get(e.name, ())))
         if not ONLY_ADAPTERS or adapted(e)]


@pytest.fixture(params=DTYPES)
def dtype(request):
    """The default float of all frameworks."""
    keras.config.set_floatx(request.param)
    torch.set_default_dtype(getattr(torch, request.param))
    yield request.param
    keras.config.set_floatx("float32")
    torch.set_default_dtype(torch.float32)


def test_every_entry_has_samples():
    sampled = {e.name for e in ENTRIES if any(s.callee != "=" for s in e.signatures.get("torch", ()))}
    missing = sampled - set(SAMPLES) - set(HOST_ONLY) - OTHER_STORAGE
    assert not missing
    assert not set(SAMPLES) - {e.name for e in ENTRIES}


@pytest.mark.parametrize(("name", "number"), CASES)
def test_frameworks_agree(name, number, dtype):
    """The form that lowering chooses gives the source's values; so do all of the source's own forms."""
    entry = registry.entry("function", name)
    sample = Sample(SAMPLES[name][number], dtype)
    wanted = None
    for form in forms(entry, "torch", sample):
        try:
            got = plain_result(form.run(tensors(sample.arrays, "torch")))
        except REFUSALS:
            continue
        wanted = got if wanted is None else wanted
        compare(entry, got, wanted, dtype, form)
    assert wanted is not None, "no torch signature expresses the sample"
    for framework in ("keras", "tensorflow"):
        if entry.signatures.get(framework) and framework in NAMESPACES:
            targets = forms(entry, framework, sample)
            operators = [t for t in targets[1:] if t.signature.callee.startswith("operator.")]
            for form in operators if name == "matmul" and min(a.ndim for a in sample.arrays.values()) > 1 else ():
                compare(entry, plain_result(form.run(tensors(sample.arrays, framework))), wanted, dtype, form)
            assert targets, f"no {framework} signature expresses the sample"
            compare(entry, plain_result(targets[0].run(tensors(sample.arrays, framework))), wanted, dtype, targets[0])


def compare(entry, got, wanted, dtype, form):
    """Values; of random and uninitialised tensors shapes; of decompositions magnitudes."""
    if "Random" in entry.note or "empty" in entry.name:
        assert shapes(got) == shapes(wanted), repr(form)
        return
    if entry.name in UP_TO_SIGN:
        got, wanted = [[np.abs(part) for part in result] for result in (got, wanted)]
    if BACKEND == "jax" and entry.name == "dtype":
        wanted = wanted.replace("64", "32")
    loose = entry.float64_tol[0] if dtype == "float64" and entry.float64_tol else None
    any_precision = loose is not None or BACKEND == "jax"
    assert_close(got, wanted, loose or TOLERANCE[dtype], repr(form), any_precision)


def test_every_signature_is_chosen_for_some_sample():
    """No signature is out of reach, and every one of the source's runs."""
    unused = []
    for entry in ENTRIES:
        samples = [Sample(args, "float32") for args in SAMPLES.get(entry.name, ())]
        if not samples:
            continue
        for framework in NAMESPACES:
            reached = set()
            for sample in samples:
                for form in forms(entry, framework, sample)[:None if framework == "torch" else 1]:
                    if framework != "torch" or runs(form, sample):
                        reached.add(form.signature)
            unused += [f"{entry.name}: {framework} {s.template or s.callee} {dict(s.where) or ''}"
                       for s in entry.signatures.get(framework) or () if s not in reached and reachable(s)]
    assert not unused, "\n".join(unused)


def reachable(signature):
    """False for forms that only lifting uses, or lowering only for what was an operator."""
    lifting_only = any(isinstance(n, ast.Name) and n.id == "_" for p in signature.params if p.expr is not None
                       for n in ast.walk(p.expr))
    of_layers = "stored(" in (signature.template or "")  # the weight of a layer: tested in tests/keras
    return not (lifting_only or of_layers or signature.callee in OUT_OF_REACH or signature.callee.startswith("operator."))


def runs(form, sample):
    """True where torch takes the call."""
    try:
        form.run(tensors(sample.arrays, "torch"))
    except REFUSALS:
        return False
    return True


@pytest.mark.parametrize(("name", "number"), CASES)
def test_calls_bind_to_their_entry(name, number):
    """Overloads are told apart, and binding inverts expression."""
    sample = Sample(SAMPLES[name][number], "float32")
    names = tensors(sample.arrays, "torch")
    for form in forms(registry.entry("function", name), "torch", sample):
        if form.signature.callee == "=":
            continue  # a template for lowering only: no call, so nothing to bind
        bound_name, args = resolve(form, sample)
        assert bound_name == name, repr(form)
        for argument, value in sample.args.items():
            if argument in args:
                got = plain_result(value_of(args[argument], names))
                assert_close(_listed(got), _listed(plain_result(value_of(value, names))), 0, f"{form} {argument}")


def _listed(value):
    return list(value) if isinstance(value, tuple) else value


ADAPTED = [(name, n) for name, n in CASES if adapted(registry.entry("function", name))]


@pytest.mark.skipif(BACKEND != "tensorflow", reason="started once")
@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_adapters_on_other_backends(backend):
    environment = {**os.environ, "KERAS_BACKEND": backend, "CONFORMANCE_ADAPTERS": "yes"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "frameworks_agree", __file__]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout[-3000:]



#: Torch's own trigamma has nine digits, hence the tolerance of digamma's gradient.
@pytest.mark.skipif(BACKEND != "tensorflow", reason="gradients are taken by a TensorFlow tape")
@pytest.mark.parametrize(("name", "number"), list(dict.fromkeys(ADAPTED)))
def test_adapters_have_the_same_gradients(name, number):
    import tensorflow as tf

    entry = registry.entry("function", name)
    if "Random" in entry.note:
        pytest.skip("random")
    sample = Sample(SAMPLES[name][number], "float64")
    source = next(form for form in forms(entry, "torch", sample) if runs(form, sample))
    floats = [n for n, a in sample.arrays.items() if a.dtype.kind == "f"]
    names = tensors(sample.arrays, "torch")
    leaves = {n: names[n].requires_grad_() for n in floats}
    total = _torch_total(source.run({**names, **{n: leaf * 1 for n, leaf in leaves.items()}}))
    if total is None or not total.requires_grad:
        pytest.skip("no gradient in the source")
    try:
        wanted = torch.autograd.grad(total, list(leaves.values()), allow_unused=True)
    except RuntimeError as error:
        pytest.skip(f"the source has no gradient here: {error}")
    for form in forms(entry, "keras", sample):
        if not form.uses_adapter:
            continue
        names = tensors(sample.arrays, "keras")
        with tf.GradientTape() as tape:
            tape.watch([names[n] for n in floats])
            total = _keras_total(form.run(names))
        grads = tape.gradient(total, [names[n] for n in floats])
        for name_, got, want in zip(floats, grads, wanted, strict=True):
            want = torch.zeros(sample.arrays[name_].shape, dtype=torch.float64) if want is None else want
            got = tf.zeros(sample.arrays[name_].shape, "float64") if got is None else tf.convert_to_tensor(got)
            tolerance = 1e-8 if name == "digamma" else entry.float64_tol[0] if entry.float64_tol else 1e-10
            assert_close(got.numpy(), want.numpy(), tolerance, f"{form} d/d{name_}", any_precision=True)


def _leaves(value):
    return [leaf for v in value for leaf in _leaves(v)] if isinstance(value, (tuple, list)) else [value]


def _torch_total(result):
    """A scalar in which every float output has a share of its own."""
    total = None
    for leaf in _leaves(result):
        if not isinstance(leaf, torch.Tensor) or not (leaf.is_floating_point() or leaf.is_complex()):
            continue
        leaf = torch.view_as_real(leaf.resolve_conj()) if leaf.is_complex() else leaf
        part = (leaf * torch.cos(torch.arange(leaf.numel(), dtype=torch.float64)).reshape(leaf.shape)).sum()
        total = part if total is None else total + part
    return total


def _keras_total(result):
    import tensorflow as tf

    total = tf.constant(0.0, "float64")
    for leaf in _leaves(result):
        if not tf.is_tensor(leaf) or not (leaf.dtype.is_floating or leaf.dtype.is_complex):
            continue
        leaf = tf.stack([tf.math.real(leaf), tf.math.imag(leaf)], -1) if leaf.dtype.is_complex else leaf
        leaf = tf.cast(leaf, "float64")
        count = tf.cast(tf.range(tf.size(leaf)), "float64")
        total += tf.reduce_sum(leaf * tf.reshape(tf.cos(count), tf.shape(leaf)))
    return total


#: Samples whose first axis must have a known size: it is cut into a number of parts, or transformed.
FIRST_AXIS = {("chunk", 1), ("chunk", 2), ("split", 1), ("split", 2), ("fft", 2), ("ifft", 2), ("fft2", 1),
              ("ifft2", 1), ("rfft", 2), ("fftn", 0), ("ifftn", 0), ("rfftn", 0), ("irfftn", 0)}


@pytest.mark.skipif(BACKEND != "tensorflow", reason="tf.function")
@pytest.mark.parametrize(("name", "number"), list(dict.fromkeys(ADAPTED)))
def test_adapters_are_traceable_with_unknown_batch(name, number):
    import tensorflow as tf

    entry = registry.entry("function", name)
    sample = Sample(SAMPLES[name][number], "float32")
    for form in forms(entry, "keras", sample):
        if not form.uses_adapter or not sample.arrays or (name, number) in FIRST_AXIS:
            continue
        names = list(sample.arrays)
        specs = [tf.TensorSpec([None, *a.shape[1:]] if a.ndim > 1 else a.shape,
        a.dtype) for a in sample.arrays.values()]
        traced = tf.function(lambda *values, names=names, form=form: form.run(dict(zip(names, values, strict=True))),
                             input_signature=specs, autograph=False)
        got = plain_result(traced(*[tf.constant(a) for a in sample.arrays.values()]))
        if "Random" not in entry.note:
            assert_close(got, plain_result(form.run(tensors(sample.arrays, "keras"))), 1e-6, repr(form))
