#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: mode of Bernoulli, Categorical, FisherSnedecor, Geometric and Multinomial gives a tensor that is
# disposed already: whatever asks it for something throws. mode of Normal and mean of Bernoulli can be read.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'Bernoulli.mode: disposed
Categorical.mode: disposed
FisherSnedecor.mode: disposed
Geometric.mode: disposed
Multinomial.mode: disposed
Normal.mode: a tensor
Bernoulli.mean: a tensor'
using TorchSharp;
using static TorchSharp.torch;

var p = full(3, 0.25f);
Show("Bernoulli.mode", distributions.Bernoulli(p).mode);
Show("Categorical.mode", distributions.Categorical(p).mode);
Show("FisherSnedecor.mode", distributions.FisherSnedecor(full(3, 4f), full(3, 6f)).mode);
Show("Geometric.mode", distributions.Geometric(p).mode);
Show("Multinomial.mode", distributions.Multinomial(5, p).mode);
Show("Normal.mode", distributions.Normal(zeros(3), ones(3)).mode);
Show("Bernoulli.mean", distributions.Bernoulli(p).mean);

static void Show(string name, Tensor value) => Console.WriteLine($"{name}: {(value.IsInvalid ? "disposed" : "a tensor")}");
CSHARP
