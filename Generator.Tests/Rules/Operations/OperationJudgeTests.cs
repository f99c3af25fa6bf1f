using System.Reflection;
using Gen.Model;
using Gen.Rules.Operations;
using Gen.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.Tests.Rules.Operations;

/// <summary>
/// Every overload of an operation that has a rule, with random arguments, valid and not: where TorchSharp runs, the rule gives exactly
/// what comes out or says that it does not know; where TorchSharp throws, it refuses or does not know. In processes of their own.
/// </summary>
public sealed class OperationJudgeTests
{
    [Theory]
    [InlineData("Tensor")]
    [InlineData("torch")]
    [InlineData("functional")]
    [InlineData("special")]
    [InlineData("linalg")]
    [InlineData("fft")]
    public void The_rules_agree_with_TorchSharp(string owner) => Check(owner, cases: 60, seed: 1);

    [Theory]
    [Trait("Category", "Long")]
    [InlineData("Tensor")]
    [InlineData("torch")]
    [InlineData("functional")]
    [InlineData("special")]
    [InlineData("linalg")]
    [InlineData("fft")]
    public void The_rules_agree_with_TorchSharp_in_thousands_of_cases(string owner) => Check(owner, cases: 2_000, seed: 2);

    /// <summary>Rules that nothing judges are no rules.</summary>
    [Fact]
    public void Every_rule_is_judged_or_is_an_operator()
    {
        var judged = JudgedOperations.All.Select(g => g.Key.Split('.')[1]).ToHashSet(StringComparer.Ordinal);
        var unjudged = OperationRules.Names.Where(n => !judged.Contains(n) && char.IsLetter(n[0]) && !JudgedOperations.Unjudged.Contains(n))
            .Distinct().Order(StringComparer.Ordinal);
        Assert.Equal([], unjudged);
    }

    private static void Check(string owner, int cases, int seed)
    {
        var operations = JudgedOperations.All.Select(g => g.Key).Where(k => k.StartsWith(owner + ".", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToArray();
        var problems = new List<string>();
        for (var from = 0; from < operations.Length;)
        {
            var (done, output) = Start(operations[from..], cases, seed);
            foreach (var line in output.Take(done))
            {
                Judge(line, problems);
            }

            from += done;
            if (from < operations.Length)
            {
                // The process ended in this one, perhaps by what ran before it.
                var (alone, result) = Start(operations[from..(from + 1)], cases, seed);
                if (alone == 1)
                {
                    Judge(result[0], problems);
                }
                else
                {
                    problems.Add($"{operations[from]} does not come to its end");
                }

                from++;
            }
        }

        Assert.True(problems.Count == 0, $"{problems.Count} of {operations.Length} operations:\n{string.Join("\n", problems.Take(40))}");
    }

    private static void Judge(string line, List<string> problems)
    {
        if (line.Split('\t') is not [var operation, var ran, var told, var contradictions] || contradictions.Length > 0 || ran == "0"
            || (told == "0" && !JudgedOperations.Open.Contains(operation.Split('.')[1].TrimEnd('_'))))
        {
            problems.Add(line);
        }
    }

    private static (int Done, string[] Lines) Start(string[] operations, int cases, int seed) =>
        OwnProcess.Lines("operations", cases, seed, operations) is var lines ? (lines.Length, lines) : default;

    /// <summary>What the process does: a line for each operation that it was told to try.</summary>
    public static int Run(int cases, int seed)
    {
        foreach (var operation in Console.In.ReadLine()!.Split(' '))
        {
            var (contradictions, ran, told) = Try(operation, cases, seed, static _ => { });
            Console.Out.WriteLine($"{operation}\t{ran}\t{told}\t{string.Join(" | ", contradictions.Take(4))}");
            Console.Out.Flush();
        }

        return 0;
    }

    /// <summary>Tries an operation; <paramref name="before"/> is told what is about to be called.</summary>
    public static (List<string> Contradictions, int Ran, int Told) Try(string operation, int cases, int seed, Action<string> before)
    {
        var random = new Random(seed);
        var overloads = JudgedOperations.All[operation].ToArray();
        var contradictions = new List<string>();
        var (ran, told) = (0, 0);
        for (var i = 0; i < cases; i++)
        {
            using var scope = NewDisposeScope();
            torch.random.manual_seed(i);
            var method = overloads[random.Next(overloads.Length)];
            var @case = OperationCases.Random(method, random);
            before(@case.ToString());
            var actual = @case.Run();
            var (output, isKnown, refusal) = @case.Ask(named: false);
            ran += actual is null ? 0 : 1;
            told += actual is not null && isKnown ? 1 : 0;
            if (Contradiction(actual, output, isKnown, refusal) is { } text)
            {
                contradictions.Add($"{@case}: {text}");
            }

            if (actual is not null && TypeContradiction(@case) is { } type)
            {
                contradictions.Add($"{@case}: {type}");
            }

            if (@case.WrongFact is { } fact)
            {
                contradictions.Add($"{@case}: {fact}");
            }

            // With names for the sizes, and the numbers put in afterwards.
            var (symbolic, isKnownToo, symbolicRefusal) = @case.Ask(named: true);
            if (symbolicRefusal is not null && actual is not null)
            {
                contradictions.Add($"{@case}, symbolic: TorchSharp gives {Text(actual)}, the rule refuses: {symbolicRefusal}");
            }
            else if (isKnownToo && actual is not null && symbolic is not null
                && Contradiction(actual, @case.Substitute(symbolic), true, null) is { } other)
            {
                contradictions.Add($"{@case}, symbolic: {other}");
            }
        }

        if (!JudgedOperations.Untyped.Contains(operation.Split('.')[1]))
        {
            contradictions.AddRange(TryTypes(overloads, cases, random));
        }

        return (contradictions, ran, told);
    }

    /// <summary>With tensors of every type: what the rule refuses for its types, TorchSharp does too, and it gives the types that the rule
    /// says.</summary>
    private static List<string> TryTypes(MethodInfo[] overloads, int cases, Random random)
    {
        var contradictions = new List<string>();
        for (var i = 0; i < cases; i++)
        {
            using var scope = NewDisposeScope();
            var @case = OperationCases.Random(overloads[random.Next(overloads.Length)], random, isTyped: true);
            if (@case.Run() is not { } actual)
            {
                continue;
            }

            var (output, isKnown, refusal) = @case.Ask(named: false);
            if ((Contradiction(actual, output, isKnown, refusal) ?? TypeContradiction(@case)) is { } text)
            {
                contradictions.Add($"{@case}: {text}");
            }
        }

        return contradictions;
    }

    private static string? TypeContradiction(OperationCases @case) =>
        @case.ToldTypes.Zip(@case.ResultTypes).Where(p => !p.First.MayBe(OperationCases.Element(p.Second)))
            .Select(p => $"TorchSharp gives {p.Second}, the rule says {p.First.Text()}").FirstOrDefault();

    private static string? Contradiction(long[][]? actual, IReadOnlyList<Shape>? output, bool isKnown, string? refusal)
    {
        if (actual is null)
        {
            return isKnown && refusal is null ? $"TorchSharp throws, the rule says {string.Join(", ", output!)}" : null;
        }

        if (refusal is not null)
        {
            return $"TorchSharp gives {Text(actual)}, the rule refuses: {refusal}";
        }

        if (output is null)
        {
            return null;
        }

        if (output.Count != actual.Length)
        {
            return isKnown ? $"TorchSharp gives {Text(actual)}, the rule says {string.Join(", ", output)}" : null;
        }

        // What is not wholly known must still not be wrong.
        for (var i = 0; i < actual.Length; i++)
        {
            var shape = output[i];
            if (shape.IsUnknownRank)
            {
                continue;
            }

            if (shape.Rank != actual[i].Length || shape.Dims.Zip(actual[i]).Any(p => p.First.Constant is { } size && size != p.Second))
            {
                return $"TorchSharp gives {Text(actual)}, the rule says {string.Join(", ", output)}";
            }
        }

        return null;
    }

    private static string Text(long[][] shapes) => string.Join(", ", shapes.Select(s => $"[{string.Join(", ", s)}]"));
}
