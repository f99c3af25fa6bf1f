"""DeepNet, written by Gen. Its weights are in deep_net.safetensors."""
