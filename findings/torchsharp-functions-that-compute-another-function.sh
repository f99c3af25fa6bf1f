#!/usr/bin/env bash
# TorchSharp 0.107.0, libtorch 2.10.0: torch.erfinv(x) computes erf, while the method x.erfinv() is right; linalg.inv_ex(A) gives the
# Cholesky factor of A, while linalg.inv(A) gives the inverse. Nothing is raised.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'torch.erfinv is erf: True
method erfinv is erf: False
erf(erfinv(0.5)) by the method: 0.5
inv_ex of 4*I: 2
inv of 4*I: 0.25'
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var x = full(1, 0.5f);
Console.WriteLine($"torch.erfinv is erf: {torch.erfinv(x).allclose(x.erf())}");
Console.WriteLine($"method erfinv is erf: {x.erfinv().allclose(x.erf())}");
Console.WriteLine($"erf(erfinv(0.5)) by the method: {Math.Round(x.erfinv().erf().ToSingle(), 5)}");
var a = 4 * eye(2);
Console.WriteLine($"inv_ex of 4*I: {linalg.inv_ex(a).Item1[0, 0].ToSingle()}");
Console.WriteLine($"inv of 4*I: {linalg.inv(a)[0, 0].ToSingle()}");
CSHARP
