#!/usr/bin/env bash
# TorchVision 0.107.0 (for TorchSharp), libtorch 2.10.0: there are two sigmoid_focal_loss, one with float and one with double for alpha and
# gamma. With Reduction.Mean or Sum the float one reduces the cross entropy first and multiplies that number with the weights of all
# elements. Which one is called depends on the f of a literal (an int makes it float). Without a reduction they agree.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp TorchVision=0.107.0 <<'CSHARP' | expect 'mean: 0.0368 with 0.25f, 2f; 0.0368 with 0.25f, 2; 0.0643 with 0.25, 2.0
sum: 0.3308 with 0.25f, 2f; 0.1928 with 0.25, 2.0
none, then the mean: 0.0643 and 0.0643'
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torchvision;

var logits = tensor(new[] { 0.5f, -1f, 2f });
var targets = tensor(new[] { 1f, 1f, 1f });
Console.WriteLine($"mean: {Text(ops.sigmoid_focal_loss(logits, targets, 0.25f, 2f, Reduction.Mean))} with 0.25f, 2f; "
    + $"{Text(ops.sigmoid_focal_loss(logits, targets, 0.25f, 2, Reduction.Mean))} with 0.25f, 2; "
    + $"{Text(ops.sigmoid_focal_loss(logits, targets, 0.25, 2.0, Reduction.Mean))} with 0.25, 2.0");
Console.WriteLine($"sum: {Text(ops.sigmoid_focal_loss(logits, targets, 0.25f, 2f, Reduction.Sum))} with 0.25f, 2f; "
    + $"{Text(ops.sigmoid_focal_loss(logits, targets, 0.25, 2.0, Reduction.Sum))} with 0.25, 2.0");
Console.WriteLine($"none, then the mean: {Text(ops.sigmoid_focal_loss(logits, targets, 0.25f, 2f).mean())} "
    + $"and {Text(ops.sigmoid_focal_loss(logits, targets, 0.25, 2.0).mean())}");

static string Text(Tensor loss) => loss.ToSingle().ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture);
CSHARP
