"""Attention, written by Gen. Its weights are in attention.safetensors."""
import math

import torch
import torch.nn as nn


def attend(query, key, value, mask=None, is_causal=False):
    """What F.scaled_dot_product_attention of PyTorch 2 computes."""
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if is_causal:
        mask = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).tril()
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf")) if mask.dtype == torch.bool else scores + mask
    return torch.softmax(scores, dim=-1) @ value


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(16)
        self.qkv = nn.Linear(16, 48)
        self.project = nn.Linear(16, 16)

    def forward(self, x):
        batch = x.shape[0]
        length = x.shape[1]
        parts = self.qkv(self.norm(x)).view(batch, length, 3, 4, 4).permute(2, 0, 3, 1, 4).unbind(dim=0)
        heard = attend(parts[0], parts[1], parts[2], is_causal=True)  # (B, 4, T, 4)
        return x + self.project(heard.transpose(1, 2).reshape(batch, length, 16))
