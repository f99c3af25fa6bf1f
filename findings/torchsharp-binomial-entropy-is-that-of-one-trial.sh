#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: Binomial.entropy() takes no account of the number of trials. It is the entropy of one trial, for any
# total_count. The logarithms of the probabilities are right: summed over the outcomes they give the entropy, 1.7791 for ten trials of 0.3.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'entropy() of 1 trial: 0.6109, of 10 trials: 0.6109
summed over the outcomes of 10 trials: 1.7791'
using TorchSharp;
using static TorchSharp.torch;

var probability = full(1, 0.3f);
var (one, ten) = (distributions.Binomial(full(1, 1f), probability), distributions.Binomial(full(1, 10f), probability));
Console.WriteLine(FormattableString.Invariant($"entropy() of 1 trial: {one.entropy().ToSingle():F4}, ")
    + FormattableString.Invariant($"of 10 trials: {ten.entropy().ToSingle():F4}"));
var logs = ten.log_prob(arange(11));
Console.WriteLine(FormattableString.Invariant($"summed over the outcomes of 10 trials: {-(logs.exp() * logs).sum().ToSingle():F4}"));
CSHARP
