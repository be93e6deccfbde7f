"""Sentiment classifier: two parallel convolutions over word embeddings, then a GRU."""

import torch
from torch import nn
from torch.nn import functional as F


class CNNGRU(nn.Module):
    """Convolutions of two widths read the text side by side; a GRU sums up what they found."""

    def __init__(self, vocab_size=5000, embedding_dim=50, filters=200, kernel_sizes=(4, 5), hidden_size=100):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.embedding_dropout = nn.Dropout(0.5)
        self.conv1 = nn.Conv1d(embedding_dim, filters, kernel_sizes[0], padding="same")
        self.conv2 = nn.Conv1d(embedding_dim, filters, kernel_sizes[1], padding="same")
        self.pool = nn.MaxPool1d(2)
        self.conv_dropout = nn.Dropout(0.15)
        self.gru = nn.GRU(2 * filters, hidden_size, batch_first=True)
        self.fc1 = nn.Linear(hidden_size, 400)
        self.fc_dropout = nn.Dropout(0.1)
        self.fc2 = nn.Linear(400, 1)

    def forward(self, tokens):
        x = self.embedding_dropout(self.embedding(tokens))
        x = x.permute(0, 2, 1)  # (batch, embedding, words), as Conv1d wants it
        a = self.pool(F.relu(self.conv1(x)))
        b = self.pool(F.relu(self.conv2(x)))
        x = torch.cat([a, b], dim=1)
        x = self.conv_dropout(x)
        x = x.permute(0, 2, 1)  # back to (batch, words, features) for the GRU
        _, hidden = self.gru(x)
        x = F.relu(self.fc1(hidden[-1]))
        x = self.fc_dropout(x)
        return torch.sigmoid(self.fc2(x))


class Branch(nn.Sequential):
    """Convolution over time, ReLU, max pooling."""

    def __init__(self, in_channels, out_channels, kernel_size):
        super().__init__(
            nn.Conv1d(in_channels, out_channels, kernel_size, padding="same"),
            nn.ReLU(),
            nn.MaxPool1d(2),
        )


class CNNGRUSequential(nn.Module):
    """The same classifier, its parts built with `nn.Sequential` and `nn.ModuleList`."""

    def __init__(self, vocab_size=5000, embedding_dim=50, filters=200, kernel_sizes=(4, 5), hidden_size=100):
        super().__init__()
        self.embedding = nn.Sequential(nn.Embedding(vocab_size, embedding_dim), nn.Dropout(0.5))
        self.branches = nn.ModuleList([Branch(embedding_dim, filters, k) for k in kernel_sizes])
        self.dropout = nn.Dropout(0.15)
        self.gru = nn.GRU(filters * len(kernel_sizes), hidden_size, batch_first=True)
        self.head = nn.Sequential(
            nn.Linear(hidden_size, 400), nn.ReLU(), nn.Dropout(0.1), nn.Linear(400, 1), nn.Sigmoid()
        )

    def forward(self, tokens):
        x = self.embedding(tokens).transpose(1, 2)
        x = torch.cat([branch(x) for branch in self.branches], dim=1)
        outputs, _ = self.gru(self.dropout(x).transpose(1, 2))
        return self.head(outputs[:, -1])  # the last step
