"""Attention, written by Gen. Its weights are in attention.safetensors."""
