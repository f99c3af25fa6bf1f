#!/usr/bin/env bash
# TorchSharp 0.107.0 for .NET 8: five of the functions that its assembly imports are not in the native library of the same package. The
# public methods over them compile and throw EntryPointNotFoundException when they are called: torch.lstsq is one of them, without a note
# that it is obsolete. linalg.lstsq works.
. "$(dirname "$0")/support/torchsharp.sh"
run_torchsharp <<'CSHARP' | expect 'not there: THSJIT_getDimensionedTensorDevice
not there: THSJIT_getDimensionedTensorTypeDimensions
not there: THSLinalg_dot
not there: THSTensor_eig
not there: THSTorch_lstsq
torch.lstsq: EntryPointNotFoundException
torch.lstsq is obsolete: False
linalg.lstsq: [3, 1]'
using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

var (a, b) = (eye(3), ones(3, 1));
var assembly = typeof(torch).Assembly;
var library = NativeLibrary.Load(Directory.GetFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories)[0]);
var imports = assembly.GetTypes()
    .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
    .Select(m => (Method: m, Import: m.GetCustomAttribute<DllImportAttribute>()))
    .Where(m => m.Import?.Value == "LibTorchSharp")
    .Select(m => m.Import!.EntryPoint ?? m.Method.Name)
    .Distinct().Order(StringComparer.Ordinal);
foreach (var name in imports.Where(name => !NativeLibrary.TryGetExport(library, name, out _)))
{
    Console.WriteLine($"not there: {name}");
}

try
{
    torch.lstsq(a, b);
    Console.WriteLine("torch.lstsq: fine");
}
catch (Exception thrown)
{
    Console.WriteLine($"torch.lstsq: {thrown.GetType().Name}");
}

Console.WriteLine($"torch.lstsq is obsolete: {typeof(torch).GetMethod("lstsq")!.IsDefined(typeof(ObsoleteAttribute))}");
Console.WriteLine($"linalg.lstsq: [{string.Join(", ", linalg.lstsq(a, b).Solution.shape)}]");
CSHARP
