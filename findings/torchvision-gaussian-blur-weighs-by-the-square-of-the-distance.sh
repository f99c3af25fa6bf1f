#!/usr/bin/env bash
# TorchVision 0.107.0 (for TorchSharp), libtorch 2.10.0: the kernel of gaussian_blur lacks its exponential. A pixel weighs as the square of
# its distance, so the middle weighs nothing and the corners most: a bright point becomes four. A Gaussian gives the middle most,
# as Python's torchvision 0.14.1 does. A convolution with one's own kernel is the way out.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp TorchVision=0.107.0 <<'CSHARP' | expect 'kernel 3: 0.25 0 0.25 / 0 0 0 / 0.25 0 0.25
kernel 5, a row: 0.64 0.08 0 0.08 0.64
a Gaussian of 3: 0.075 0.124 0.075 / 0.124 0.204 0.124 / 0.075 0.124 0.075'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torchvision;

var point = zeros(1, 1, 5, 5);
point[0, 0, 2, 2] = 1;
var blurred = transforms.functional.gaussian_blur(point, 3, 1f)[0, 0];
Console.WriteLine($"kernel 3: {string.Join(" / ", Enumerable.Range(1, 3).Select(row => Row(blurred[row][1..4])))}");
Console.WriteLine($"kernel 5, a row: {Row(transforms.functional.gaussian_blur(point, 5, 1f)[0, 0, 0])}");
var weights = exp(-arange(-1, 2, float32).square() / 2);
weights /= weights.sum();
Console.WriteLine($"a Gaussian of 3: {string.Join(" / ", Enumerable.Range(0, 3).Select(row => Row(outer(weights, weights)[row])))}");

static string Row(Tensor row) => string.Join(" ", row.data<float>().Select(value => $"{value:0.###}"));
CSHARP
