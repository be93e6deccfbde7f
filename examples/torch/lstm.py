"""Text classifier with a bidirectional LSTM followed by a plain one."""
import torch
import torch.nn as nn


class LSTMClassifier(nn.Module):

    def __init__(self, vocab_size=10000, embed_dim=326, hidden_dim=40, num_classes=2):
        super(LSTMClassifier, self).__init__()
        self.embed = nn.Embedding(vocab_size, embed_dim)
        self.bilstm = nn.LSTM(embed_dim, hidden_dim, batch_first=True, bidirectional=True)
        self.dropout1 = nn.Dropout(0.5)
        self.dropout2 = nn.Dropout(0.2)
        self.lstm = nn.LSTM(2 * hidden_dim, hidden_dim, batch_first=True)
        self.fc1 = nn.Linear(hidden_dim, 40)
        self.fc2 = nn.Linear(40, num_classes)

    def forward(self, x):
        emb = self.embed(x)                         # [batch, seq, embed]
        out, _ = self.bilstm(emb)                   # [batch, seq, 2 * hidden]
        out = self.dropout2(self.dropout1(out))
        out, (h_n, c_n) = self.lstm(out)            # h_n: [1, batch, hidden]
        last = self.dropout2(out[:, -1, :])         # output of the last step
        hidden = torch.relu(self.fc1(last))
        return torch.softmax(self.fc2(hidden), dim=-1)


class LastStep(nn.Module):
    """Runs a recurrent layer and keeps the output of its last step."""

    def __init__(self, rnn):
        super().__init__()
        self.rnn = rnn

    def forward(self, x):
        out, _ = self.rnn(x)
        return out[:, -1]


class AllSteps(nn.Module):
    """Runs a recurrent layer and drops its state."""

    def __init__(self, rnn):
        super().__init__()
        self.rnn = rnn

    def forward(self, x):
        return self.rnn(x)[0]


def lstm_sequential(vocab_size=10000, embed_dim=326, hidden_dim=40, num_classes=2):
    """The same network as one `nn.Sequential`."""
    return nn.Sequential(
        nn.Embedding(vocab_size, embed_dim),
        AllSteps(nn.LSTM(embed_dim, hidden_dim, batch_first=True, bidirectional=True)),
        nn.Dropout(0.5),
        nn.Dropout(0.2),
        LastStep(nn.LSTM(2 * hidden_dim, hidden_dim, batch_first=True)),
        nn.Dropout(0.2),
        nn.Linear(hidden_dim, 40),
        nn.ReLU(),
        nn.Linear(40, num_classes),
        nn.Softmax(dim=1),
    )
