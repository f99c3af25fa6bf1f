using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Operations.Programs;

/// <summary>Random modules that keep tensors across calls, called four times with the same cache: each result and all that is kept is what the same <c>Forward</c>, run by hand, gives and keeps.</summary>
[Collection("TorchSharp")]
public sealed class KeepingProgramTests
{
    private const int Batch = 100;

    [Fact]
    public void What_a_program_keeps_is_not_freed() => Check(0, 50);

    [Fact]
    [Trait("Category", "Long")]
    public void What_3_000_programs_keep_is_not_freed() => Check(1_000, 4_000);

    private static void Check(int from, int to)
    {
        var contradictions = new List<string>();
        for (var start = from; start < to; start += Batch)
        {
            var numbers = Enumerable.Range(start, Math.Min(Batch, to - start)).ToArray();
            Compilations.Driver().RunGeneratorsAndUpdateCompilation(Compilations.Of(KeepingPrograms.Others + string.Concat(numbers.Select(KeepingPrograms.Write))), out var output, out _);
            var assembly = Compilations.Load(output);
            contradictions.AddRange(numbers.Select(n => Contradiction(assembly, n)).OfType<string>());
        }

        Assert.True(contradictions.Count == 0, $"{contradictions.Count} of {to - from}:\n{string.Join("\n", contradictions.Take(20))}");
    }

    private static string? Contradiction(Assembly assembly, int number)
    {
        using var scope = NewDisposeScope();
        var (expected, failed) = Calls(assembly, number, byHand: true);
        var (real, error) = Calls(assembly, number, byHand: false);
        var at = Enumerable.Range(0, Math.Min(expected.Count, real.Count)).FirstOrDefault(i => !expected[i].allclose(real[i]), -1);
        var what = failed is not null ? $"by hand: {failed}"
            : error ?? (expected.Count != real.Count ? $"{real.Count} tensors, {expected.Count} by hand" : at >= 0 ? $"tensor {at} of {real.Count} differs" : null);
        return what is null ? null : $"{number.ToString(CultureInfo.InvariantCulture)}: {what}\n{KeepingPrograms.Write(number)}";
    }

    /// <summary>Copies of what each call gives and of what is held after it, and of all results once more at the end.</summary>
    private static (List<Tensor> Values, string? Error) Calls(Assembly assembly, int number, bool byHand)
    {
        var shelf = assembly.GetType("Shelf")!;
        shelf.GetMethod("Reset")!.Invoke(null, null);
        manual_seed(7);
        using var mode = number % 4 == 0 ? null : no_grad();
        var type = assembly.GetType($"Net{number.ToString(CultureInfo.InvariantCulture)}")!;
        var module = (nn.Module)Activator.CreateInstance(type)!;
        var forward = type.GetMethod("Forward", BindingFlags.NonPublic | BindingFlags.Instance)!;
        var parameters = forward.GetParameters().Select(p => p.ParameterType).ToArray();
        var call = byHand ? forward : type.GetMethod("call", parameters)!;
        object[] cache = [.. parameters.Skip(1).Select(p => p.IsArray ? new Tensor?[4] : Activator.CreateInstance(p)!)];
        var (values, results) = (new List<Tensor>(), new List<Tensor>());
        try
        {
            for (var i = 1; i <= 4; i++)
            {
                var input = (arange(16).reshape(4, 4) * 0.1 * i).sin();
                results.Add((Tensor)call.Invoke(module, [input, .. cache])!);
                object?[] holders = [input, results, cache, module, .. shelf.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Select(f => f.GetValue(null))];
                values.AddRange(holders.SelectMany(h => Held(h, assembly, [])).Select(t => t.detach().clone()));
            }

            return (values, null);
        }
        catch (Exception thrown)
        {
            var error = thrown is TargetInvocationException { InnerException: { } inner } ? inner : thrown;
            return (values, $"{error.GetType().Name}: {error.Message.Split('\n')[0]}");
        }
    }

    /// <summary>The tensors that an object of the programs holds; a function may hold also what is never used again.</summary>
    private static IEnumerable<Tensor> Held(object? holder, Assembly assembly, HashSet<object> seen) => holder switch
    {
        null or string or Delegate => [],
        Tensor tensor => [tensor],
        nn.Module container when container.GetType().Assembly != assembly => container.children().SelectMany(c => Held(c, assembly, seen)),
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Held(tuple[i], assembly, seen)),
        IDictionary all => all.Values.Cast<object?>().SelectMany(v => Held(v, assembly, seen)),
        IEnumerable all => all.Cast<object?>().ToArray().SelectMany(v => Held(v, assembly, seen)),
        _ when holder.GetType().Assembly == assembly && seen.Add(holder) => holder.GetType()
            .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).OrderBy(f => f.Name, StringComparer.Ordinal).SelectMany(f => Held(f.GetValue(holder), assembly, seen)),
        _ => [],
    };
}
