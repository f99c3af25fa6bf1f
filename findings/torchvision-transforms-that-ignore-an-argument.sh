#!/usr/bin/env bash
# TorchVision 0.107.0 (for TorchSharp), libtorch 2.10.0: arguments that change nothing, where Python's torchvision 0.14.1 obeys them.
# affine is nearest whatever its interpolation is (rotate obeys). adjust_hue gives back an image without a batch. resize of one size has a
# maxSize that is compared with that size only: the longer side goes past it. RandomResizedCrop has no use for its ratio, and its scale is
# of the sides and not of the area: a quarter of 200 x 400 at ratio 1 should be some 141 x 141, and is 50 x 100.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp TorchVision=0.107.0 <<'CSHARP' | expect 'affine, nearest and bilinear are equal: True; rotate: False
hue of an image changed: False; of the same as a batch: True
resize to 64, at most 100: 64 x 256
random crop of a quarter at ratio 1: 49 rows, 98 columns further'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torchvision;
using F = TorchSharp.torchvision.transforms.functional;

var image = rand(3, 8, 8);
Console.WriteLine($"affine, nearest and bilinear are equal: {Same(Affine(InterpolationMode.Nearest), Affine(InterpolationMode.Bilinear))}; "
    + $"rotate: {Same(F.rotate(image, 30, InterpolationMode.Nearest), F.rotate(image, 30, InterpolationMode.Bilinear))}");
Console.WriteLine($"hue of an image changed: {!Same(F.adjust_hue(image, 0.3), image)}; "
    + $"of the same as a batch: {!Same(F.adjust_hue(image.unsqueeze(0), 0.3)[0], image)}");
var resized = F.resize(rand(3, 100, 400), 64, -1, InterpolationMode.Bilinear, maxSize: 100);
Console.WriteLine($"resize to 64, at most 100: {resized.shape[1]} x {resized.shape[2]}");

// Each pixel holds its own place, so the crop tells where it was taken.
var places = stack([arange(200, float32).unsqueeze(1).expand(200, 400), arange(400, float32).expand(200, 400), zeros(200, 400)]);
var crop = transforms.RandomResizedCrop(64, scaleMin: 0.25, scaleMax: 0.25, ratioMin: 1, ratioMax: 1).call(places);
Console.WriteLine($"random crop of a quarter at ratio 1: {Reach(crop[0])} rows, {Reach(crop[1])} columns further");

Tensor Affine(InterpolationMode mode) => F.affine(image, new[] { 0f, 0f }, 30f, interpolation: mode);
static bool Same(Tensor left, Tensor right) => left.equal(right).all().item<bool>();
static float Reach(Tensor places) => (places.max() - places.min()).ToSingle();
CSHARP
