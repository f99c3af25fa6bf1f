#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: torch.stft without return_complex gives real numbers with a last dimension of 2, which PyTorch has
# refused since 2.0 for real input: it demands return_complex there. torch.istft takes only the complex form.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'stft: Float32 [1, 33, 63, 2]
stft, return_complex: ComplexFloat32 [1, 33, 63]
istft of the first: ExternalException
istft of the second: [1, 992]'
using TorchSharp;
using static TorchSharp.torch;

string Shape(Tensor t) => $"[{string.Join(", ", t.shape)}]";
string Try(Func<Tensor> f)
{
    try
    {
        return Shape(f());
    }
    catch (Exception thrown)
    {
        return thrown.GetType().Name;
    }
}

var (wave, window) = (randn(1, 1000), hann_window(64));
var (real, complex) = (stft(wave, 64, window: window), stft(wave, 64, window: window, return_complex: true));
Console.WriteLine($"stft: {real.dtype} {Shape(real)}");
Console.WriteLine($"stft, return_complex: {complex.dtype} {Shape(complex)}");
Console.WriteLine($"istft of the first: {Try(() => istft(real, 64, window: window))}");
Console.WriteLine($"istft of the second: {Try(() => istft(complex, 64, window: window))}");
CSHARP
