"""Kullback-Leibler divergence of distributions."""


def kl_divergence(p, q):
    """KL(p || q) of two distributions of one kind."""
    return p.kl_divergence(q)
