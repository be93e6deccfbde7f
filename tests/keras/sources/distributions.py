"""Probability distributions as models use them."""

import torch
import torch.distributions as D
import torch.nn.functional as F
from torch import nn
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal, kl_divergence


class Encoder(nn.Module):
    def __init__(self, z):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 4, 3, 2, 1), nn.ReLU(), nn.Conv2d(4, 2 * z, 3, padding=1))

    def forward(self, x) -> Normal:
        mu, logvar = self.net(x).chunk(2, dim=1)
        return Normal(mu, (0.5 * logvar).exp())


class ImageVAE(nn.Module):
    """An encoder that gives a distribution over feature maps, and one over pixels."""

    def __init__(self, z=3):
        super().__init__()
        self.encoder = Encoder(z)
        self.decoder = nn.ConvTranspose2d(z, 3, 4, 2, 1)

    def forward(self, x):
        posterior = self.encoder(x)
        prior = Normal(torch.zeros_like(posterior.mean), torch.ones_like(posterior.stddev))
        logits = self.decoder(posterior.rsample())
        pixels = Independent(D.Bernoulli(logits=logits), 3)
        kl = kl_divergence(posterior, prior).sum(dim=(1, 2, 3))
        return pixels.log_prob(torch.sigmoid(x).round()) - kl, pixels.mean, D.kl.kl_divergence(
            Independent(posterior, 3), Independent(prior, 3))


class Actor(nn.Module):
    """A policy over actions, and one over the classes of every pixel."""

    def __init__(self, actions=4):
        super().__init__()
        self.conv = nn.Conv2d(3, 5, 3, padding=1)
        self.head = nn.Linear(5, actions)
        self.start = torch.distributions.categorical.Categorical(probs=torch.ones(actions))

    def policy(self, h):
        return Categorical(logits=self.head(h.mean((2, 3))))

    def forward(self, x, action=None):
        h = F.relu(self.conv(x))
        dist = self.policy(h)
        if action is None:
            action = dist.sample()
        per_pixel = Categorical(logits=h.permute(0, 2, 3, 1))
        return (action, dist.log_prob(action), dist.entropy(), per_pixel.entropy(), dist.probs,
                kl_divergence(dist, Categorical(probs=dist.probs.flip(1))), self.start.log_prob(action))


class Mixture(nn.Module):
    def __init__(self, k=3, size=2):
        super().__init__()
        self.k, self.size = k, size
        self.weights = nn.Linear(4, k)
        self.means = nn.Linear(4, k * size)
        self.log_scale = nn.Parameter(torch.zeros(k, size))

    def forward(self, x):
        parts = Normal(self.means(x).view(-1, self.k, self.size), self.log_scale.exp())
        mixture = MixtureSameFamily(Categorical(logits=self.weights(x)), Independent(parts, 1))
        y = x[:, :self.size]
        return -mixture.log_prob(y).mean(), mixture.mean, mixture.variance, mixture.sample(), D.Laplace(y, 0.5).rsample()


class OwnNormal(Normal):
    """A class of the program's own, with a method in place of the framework's attribute."""

    def log_probs(self, actions):
        return super().log_prob(actions).sum(-1, keepdim=True)

    def mode(self):
        return self.mean


class Policy(nn.Module):
    """Gives distributions."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)

    def forward(self, x) -> Normal:
        own = OwnNormal(self.fc(x), 0.5)
        return Independent(Normal(own.mode(), own.log_probs(x[:, :2]).exp()), 1)
