"""Sequence to sequence with additive attention (Bahdanau et al., 2015), trained with teacher forcing."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Encoder(nn.Module):
    def __init__(self, vocab_size, emb_size, hidden_size):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb_size, padding_idx=0)
        self.gru = nn.GRU(emb_size, hidden_size, batch_first=True, bidirectional=True)
        self.bridge = nn.Linear(2 * hidden_size, hidden_size)

    def forward(self, src):
        # src: (batch, src_len)
        outputs, hidden = self.gru(self.embedding(src))
        # hidden: (2, batch, hidden), the last states of both directions
        hidden = torch.cat((hidden[0], hidden[1]), dim=1)
        return outputs, torch.tanh(self.bridge(hidden))


class BahdanauAttention(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.query = nn.Linear(hidden_size, hidden_size, bias=False)
        self.key = nn.Linear(2 * hidden_size, hidden_size, bias=False)
        self.score = nn.Linear(hidden_size, 1, bias=False)

    def forward(self, state, keys, mask=None):
        """state: (batch, hidden); keys: (batch, src_len, 2 * hidden); mask: True where there is a word."""
        energy = torch.tanh(self.query(state).unsqueeze(1) + self.key(keys))
        scores = self.score(energy).squeeze(-1)
        if mask is not None:
            scores = scores.masked_fill(~mask, -1e9)
        weights = F.softmax(scores, dim=-1)
        context = torch.bmm(weights.unsqueeze(1), keys).squeeze(1)
        return context, weights


class Decoder(nn.Module):
    def __init__(self, vocab_size, emb_size, hidden_size):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb_size, padding_idx=0)
        self.attention = BahdanauAttention(hidden_size)
        self.cell = nn.GRUCell(emb_size + 2 * hidden_size, hidden_size)
        self.out = nn.Linear(3 * hidden_size + emb_size, vocab_size)

    def forward(self, token, state, keys, mask=None):
        """One step: token: (batch,); returns logits, the new state and the attention weights."""
        emb = self.embedding(token)
        context, weights = self.attention(state, keys, mask)
        state = self.cell(torch.cat([emb, context], dim=1), state)
        logits = self.out(torch.cat([state, context, emb], dim=1))
        return logits, state, weights


class Seq2Seq(nn.Module):
    def __init__(self, src_vocab=40, tgt_vocab=50, emb_size=16, hidden_size=32):
        super().__init__()
        self.encoder = Encoder(src_vocab, emb_size, hidden_size)
        self.decoder = Decoder(tgt_vocab, emb_size, hidden_size)

    def forward(self, src, tgt):
        # the words to predict are those of tgt, shifted by one
        keys, state = self.encoder(src)
        mask = src != 0
        steps = []
        for t in range(tgt.size(1)):
            logits, state, _ = self.decoder(tgt[:, t], state, keys, mask)
            steps.append(logits)
        return torch.stack(steps, dim=1)
