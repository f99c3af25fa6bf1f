#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: where RelaxedBernoulli, LogitRelaxedBernoulli and Geometric are made of probabilities, their logits
# are log(p), not log(p / (1 - p)), and the first two give the density of those. At a temperature of 1 and p = 0.5 the density is 1
# everywhere, and its logarithm 0. Bernoulli, Binomial and NegativeBinomial have the right logits.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'logits of p = 0.5: Bernoulli 0, Geometric -0.6931, RelaxedBernoulli -0.6931
log_prob(0.2) of p = 0.5: 0.3285
log_prob(0.2) of logits = 0: 0'
using TorchSharp;
using static TorchSharp.torch;

static double Number(Tensor x) => Math.Round(x.ToSingle(), 4) + 0.0;

var half = full(1, 0.5f);
Console.WriteLine(FormattableString.Invariant($"logits of p = 0.5: Bernoulli {Number(distributions.Bernoulli(half).logits)}, ")
    + FormattableString.Invariant($"Geometric {Number(distributions.Geometric(half).logits)}, ")
    + FormattableString.Invariant($"RelaxedBernoulli {Number(distributions.RelaxedBernoulli(ones(1), half).logits)}"));
var at = full(1, 0.2f);
var ofProbabilities = distributions.RelaxedBernoulli(ones(1), half).log_prob(at);
var ofLogits = distributions.RelaxedBernoulli(ones(1), logits: zeros(1)).log_prob(at);
Console.WriteLine(FormattableString.Invariant($"log_prob(0.2) of p = 0.5: {Number(ofProbabilities)}"));
Console.WriteLine(FormattableString.Invariant($"log_prob(0.2) of logits = 0: {Number(ofLogits)}"));
CSHARP
