using System.Globalization;
using System.Text;
using Gen.Tests.Models;
using Gen.Tests.Runtime.Execution;
using Gen.Tests.Runtime.Guards;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Runtime.Summaries;

/// <summary>The peak of activation memory that a summary predicts, against the bytes of live tensors in a real call.</summary>
[Collection("TorchSharp")]
public sealed class LivenessTests
{
    private const int Chains = 60;

    public static TheoryData<string> Sized => Zoo.Sized;

    [Theory]
    [MemberData(nameof(Sized))]
    public void The_predicted_peak_is_the_measured_one(string name)
    {
        using var animal = Zoo.Make(name);
        using var mode = inference_mode();
        animal.Call(animal.Inputs).Dispose();
        var measured = LiveTensors.Measure(() => animal.Call(animal.Inputs), animal.Inputs).PeakBytes;
        var predicted = animal.Summary.PeakActivationBytes;
        Assert.NotNull(predicted);
        if (animal.Viewed == 0)
        {
            Assert.Equal(measured, predicted);
        }
        else
        {
            // What a buffer's view is made into may be the buffer, as far as the generated code knows: it is kept to the end.
            Assert.InRange(predicted.Value, (measured * 0.95) - animal.Viewed, measured * 1.05);
        }
    }

    [Fact]
    public void Random_chains_peak_where_they_are_predicted_to()
    {
        var random = new Random(20_261_125);
        var chains = Enumerable.Range(0, Chains).Select(i => Chain(random, $"Chain{i.ToString(CultureInfo.InvariantCulture)}")).ToArray();
        var assembly = Compilations.Load(string.Join("\n", chains.Select(c => c.Source)));
        foreach (var (source, _, shape) in chains)
        {
            var type = assembly.GetType(source.Split("partial class ")[1].Split('\n')[0].Trim())!;
            using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
            var summary = (ModuleSummary)type.GetMethod("Summary")!.Invoke(module, ["B=3"])!;
            module.eval();
            using var mode = inference_mode();
            using var x = randn(shape);
            module.call(x).Dispose();
            var measured = LiveTensors.Measure(() => module.call(x), x).PeakBytes;
            Assert.True(summary.PeakActivationBytes == measured,
                $"{summary.PeakActivationBytes} predicted at {summary.PeakLayer}, {measured} measured:\n{source}");
        }
    }

    [Fact]
    public void The_memory_over_time_has_a_moment_for_each_layer_and_operation()
    {
        var memory = new Seed.BlockWithSkip().Summary("B=1").Memory;
        Assert.Equal([("input", 256L), ("layers.0", 512), ("layers.1", 768), ("layers.2", 768), ("+", 768)],
            memory.Select(m => (m.Step, m.Bytes)));
    }

    /// <summary>The habit of hand-written code is no hindrance: the shape goes through, and less lives at once than the scope would
    /// keep.</summary>
    [Theory]
    [InlineData("using var own = NewDisposeScope(); return own.MoveToOuter(fc.call(fc.call(x).relu()));")]
    [InlineData("using (var own = NewDisposeScope()) { var y = fc.call(x).relu(); return fc.call(y).MoveToOuterDisposeScope(); }")]
    public void A_scope_of_the_users_own_is_seen_through(string body)
    {
        var type =
            Compilations.Load(
                $"[Shape(\"B 8 -> B 8\")] public sealed partial class Net {{ [Layer(8, 8)] private readonly Linear fc; private Tensor "
                + $"Forward(Tensor x) {{ {body} }} }}").GetType("Net")!;
        using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        using var mode = inference_mode();
        using var x = randn(3, 8);
        module.call(x).Dispose();
        var summary = (ModuleSummary)type.GetMethod("Summary")!.Invoke(module, ["B=3"])!;
        Assert.Equal(3 * 3 * 8 * sizeof(float), summary.PeakActivationBytes);
        Assert.Equal(summary.PeakActivationBytes, LiveTensors.Measure(() => module.call(x), x).PeakBytes);
        Assert.Equal(2L * 3 * 8 * 8, summary.MultiplyAdds);
    }

    /// <summary>A debugger is to step through the user's own <c>Forward</c>: it frees at its end then.</summary>
    [Theory]
    [InlineData("DEBUG", 4)]
    [InlineData("RELEASE", 3)]
    public void A_debug_build_predicts_what_it_holds(string symbol, int tensors)
    {
        var parsing = Compilations.Parsing.WithPreprocessorSymbols(symbol);
        var compilation = Compilations.Of().RemoveAllSyntaxTrees().AddSyntaxTrees(
            CSharpSyntaxTree.ParseText(Compilations.Usings, parsing),
            CSharpSyntaxTree.ParseText(
                "[Shape(\"B 8 -> B 8\")] public sealed partial class Net { [Layer(8, 8)] private readonly Linear fc; private Tensor "
                + "Forward(Tensor x) => fc.call(fc.call(x).relu()); }", parsing));
        CSharpGeneratorDriver.Create([new ModuleGenerator().AsSourceGenerator()], parseOptions: parsing)
            .RunGeneratorsAndUpdateCompilation(compilation, out var output, out _);
        var type = Compilations.Load(output).GetType("Net")!;
        using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        using var mode = inference_mode();
        using var x = randn(3, 8);
        module.call(x).Dispose();

        var summary = (ModuleSummary)type.GetMethod("Summary")!.Invoke(module, ["B=3"])!;
        Assert.Equal(tensors * 3 * 8 * sizeof(float), summary.PeakActivationBytes);
        Assert.Equal(summary.PeakActivationBytes, LiveTensors.Measure(() => module.call(x), x).PeakBytes);
    }

    /// <summary>A list holds its tensors until the call ends, and an array until it is used for the last time.</summary>
    [Theory]
    [InlineData("var parts = new List<Tensor>(); parts.Add(a.call(x)); parts.Add(x * 2); return head.call(cat(parts, 1));")]
    [InlineData("var parts = new List<Tensor>(); parts.AddRange([a.call(x), x * 2]); return head.call(cat(parts, 1));")]
    [InlineData("var parts = new List<Tensor> { x * 2 }; parts.Insert(0, a.call(x)); return head.call(cat(parts, 1));")]
    [InlineData("List<Tensor> parts = [a.call(x), x * 2]; return head.call(cat(parts, 1));")]
    [InlineData("var parts = new[] { a.call(x), x * 2 }; return head.call(cat(parts, 1));")]
    [InlineData("var parts = new Tensor[2]; parts[0] = a.call(x); parts[1] = x * 2; return head.call(cat(parts, 1));")]
    [InlineData("var parts = new Tensor[2]; for (var i = 1; i >= 0; i--) { parts[i] = i == 0 ? a.call(x) : x * 2; } "
        + "return head.call(cat(parts, 1));")]
    [InlineData("var parts = new Dictionary<string, Tensor>(); parts[\"a\"] = a.call(x); parts[\"b\"] = x * 2; "
        + "return head.call(cat([parts[\"a\"], parts[\"b\"]], 1));")]
    [InlineData("var parts = (a.call(x), x * 2); return head.call(cat([parts.Item1, parts.Item2], 1));")]
    public void Tensors_in_collections_count_as_long_as_they_live(string body)
    {
        var type = Compilations.Load("[Shape(\"B 4 -> B 40\")] public sealed partial class Net { [Layer(4, 8)] private readonly Linear a; "
            + $"[Layer(12, 40)] private readonly Linear head; private Tensor Forward(Tensor x) {{ {body} }} }}").GetType("Net")!;
        using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        using var mode = inference_mode();
        using var x = randn(3, 4);
        module.call(x).Dispose();
        var summary = (ModuleSummary)type.GetMethod("Summary")!.Invoke(module, ["B=3"])!;
        Assert.Equal(LiveTensors.Measure(() => module.call(x), x).PeakBytes, summary.PeakActivationBytes);
        Assert.Equal(3 * ((4L * 8) + (12 * 40)), summary.MultiplyAdds);
    }

    /// <summary>TorchSharp computes <c>1 - x</c> as <c>(-x) + 1</c>, and leaves the first tensor to the scope; an operand may be a
    /// parameter, which is of a class of its own; complex numbers are pairs.</summary>
    [Theory]
    [InlineData("return (1.0 - x) * x;")]
    [InlineData("return 1 / (x * x + 1) + x;")]
    [InlineData("for (var i = 0; i < 3; i++) { x = (1 - x) * (x - 1); } return x;")]
    [InlineData("return (1 + scale) * x + x.relu();")]
    [InlineData("return -scale * x + (scale * scale) * x;")]
    [InlineData("return torch.fft.irfft(torch.fft.rfft(x) * 2, n: 8);")]
    public void What_an_operator_makes_counts_as_long_as_it_lives(string body)
    {
        var type = Compilations.Load("[Shape(\"B 8 -> B 8\")] public sealed partial class Net { "
            + "[Parameter] private readonly Parameter scale = Parameter(ones(8)); "
            + $"private Tensor Forward(Tensor x) {{ {body} }} }}").GetType("Net")!;
        using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(type)!;
        using var mode = inference_mode();
        using var x = randn(3, 8);
        module.call(x).Dispose();
        var summary = (ModuleSummary)type.GetMethod("Summary")!.Invoke(module, ["B=3"])!;
        Assert.Equal(LiveTensors.Measure(() => module.call(x), x).PeakBytes, summary.PeakActivationBytes);
    }

    /// <summary>Where the tensors of a block grow with its index, those of the first block are not said of all.</summary>
    [Fact]
    public void Blocks_of_other_sizes_have_no_peak_of_the_first()
    {
        var type = Compilations.Load("""
            [Shape("B 8 T -> B 8 T")] public sealed partial class Block(int wide)
            {
                [Layer] private readonly Conv1d conv = Conv1d(8, 8, 2, dilation: wide);
                private Tensor Forward(Tensor x) => conv.call(functional.pad(x, [wide, 0])).tanh() + x;
            }
            [Shape("B 8 T -> B 8 T")] public sealed partial class Net(int n)
            {
                [Layer] private readonly ModuleList<Block> blocks = ModuleList([.. Enumerable.Range(0, n).Select(i => new Block(i + 1))]);
                private Tensor Forward(Tensor x) { foreach (var block in blocks) { x = block.call(x); } return x; }
            }
            """).GetType("Net")!;
        using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(type, 3)!;
        using var mode = inference_mode();
        using var x = randn(2, 8, 20);
        module.call(x).Dispose();
        var summary = (ModuleSummary)type.GetMethod("Summary")!.Invoke(module, ["B=2, T=20"])!;
        var measured = LiveTensors.Measure(() => module.call(x), x).PeakBytes;
        Assert.True(summary.PeakActivationBytes is null || summary.PeakActivationBytes == measured);
        Assert.Equal(3L * 128 * 2 * 20, summary.MultiplyAdds);
        Assert.DoesNotContain(summary.Layers, static l => l.Name == "blocks.1.conv" && l.InputShape == "[2, 8, 21]");
    }

    /// <summary>A call after <c>eval()</c>, and a step of training, go the way of their mode.</summary>
    [Theory]
    [InlineData("if (training) { x = x + fd.call(x).exp() * 2; } return fc.call(x);", "return fc.call(x);",
        "x = x + fd.call(x).exp() * 2; return fc.call(x);")]
    [InlineData("if (!training) { return fc.call(x); } var y = fc.call(x).relu(); return y + y * y;", "return fc.call(x);",
        "var y = fc.call(x).relu(); return y + y * y;")]
    [InlineData("var y = training ? fd.call(x) * fe.call(x) : x; return fc.call(y);", "return fc.call(x);",
        "var y = fd.call(x) * fe.call(x); return fc.call(y);")]
    [InlineData("if (training && x.shape[0] > 2) { x = fe.call(fd.call(x).relu()); } return fc.call(x);", "return fc.call(x);",
        "x = fe.call(fd.call(x).relu()); return fc.call(x);")]
    [InlineData("return fc.call(Noisy(x)); Tensor Noisy(Tensor y) => training ? y * fd.call(y) : y;", "return fc.call(x);",
        "return fc.call(Noisy(x)); Tensor Noisy(Tensor y) => y * fd.call(y);")]
    public void The_mode_chooses_the_way(string body, string inEval, string inTraining)
    {
        var assembly = Compilations.Load(string.Join("\n", new[] { ("Net", body), ("Eval", inEval), ("Trained", inTraining) }.Select(
            c => $"[Shape(\"B 8 -> B 8\")] public sealed partial class {c.Item1} {{ [Layer(8, 8)] private readonly Linear fc; "
                + $"[Layer(8, 8)] private readonly Linear fd; [Layer(8, 8)] private readonly Linear fe; private "
                + $"Tensor Forward(Tensor x) {{ {c.Item2} }} }} [Shape(\"B 8 -> B 8\")] public sealed partial class Outer{c.Item1} {{ "
                + $"[Layer] private readonly {c.Item1} inner = new(); [Layer] private readonly ReLU relu; }}")));
        using var x = randn(3, 8);
        foreach (var outer in new[] { "", "Outer" })
        {
            using var module = (Module<Tensor, Tensor>)Activator.CreateInstance(assembly.GetType($"{outer}Net")!)!;
            module.eval();
            using (inference_mode())
            {
                module.call(x).Dispose();
                Assert.Equal(LiveTensors.Measure(() => module.call(x), x).PeakBytes, Summary($"{outer}Net").PeakActivationBytes);
            }

            Assert.Equal(Summary($"{outer}Eval").PeakActivationBytes, Summary($"{outer}Net").PeakActivationBytes);
            Assert.NotNull(Summary($"{outer}Net").PeakTrainingBytes);
            Assert.Equal(Summary($"{outer}Trained").PeakTrainingBytes, Summary($"{outer}Net").PeakTrainingBytes);
            Assert.DoesNotContain("#", Summary($"{outer}Net", null).ToString().Replace("Param #", "", StringComparison.Ordinal));
        }

        ModuleSummary Summary(string name, string? at = "B=3")
        {
            using var module = (Module)Activator.CreateInstance(assembly.GetType(name)!)!;
            return (ModuleSummary)module.GetType().GetMethod("Summary")!.Invoke(module, [at])!;
        }
    }

    [Fact]
    public void Without_sizes_the_peak_is_an_expression() =>
        Assert.Contains("Peak activation bytes in inference: 4160*B at relu1", new Seed.MnistClassifier().Summary().ToString(),
            StringComparison.Ordinal);

    [Fact]
    public void What_is_not_known_is_said_to_be_so()
    {
        var text = new Unfollowed().Summary("B=1").ToString();
        Assert.Contains("Peak activation bytes in inference: ? (the shape at 'Same' is not known)", text, StringComparison.Ordinal);
    }

    /// <summary>A chain of layers that fit each other, on images or on vectors, some in a <c>Sequential</c>.</summary>
    private static (string Source, string Shape, long[] Input) Chain(Random random, string name)
    {
        var isImage = random.Next(2) == 0;
        long[] input = isImage ? [3, random.Next(1, 4), 12, 12] : [3, random.Next(4, 40)];
        var (channels, side, features) = (isImage ? input[1] : 0, 12L, isImage ? 0 : input[1]);
        var fields = new StringBuilder();
        for (var i = 0; i < random.Next(1, 9); i++)
        {
            var layer = Layer();
            fields.Append(random.Next(4) == 0
                ? FormattableString.Invariant(
                    $"    [Layer] private readonly TorchSharp.Modules.Sequential s{i} = Sequential({layer}, {Layer()}, {Layer()});\n")
                : FormattableString.Invariant($"    [Layer] private readonly Module<Tensor, Tensor> l{i} = {layer};\n"));
        }

        return ($"[Shape(\"B {string.Join(" ", input.Skip(1))}\")] public sealed partial class {name}\n{{\n{fields}}}\n", name, input);

        string Layer()
        {
            var pick = random.Next(isImage ? 16 : 10);
            switch (pick)
            {
                case 0: return "ReLU()";
                case 1: return "ReLU(inplace: true)";
                case 2: return "Dropout(0.3)";
                case 3: return "Identity()";
                case 4: return "GELU()";
                case 5: return "Sigmoid()";
                case 6 when !isImage: return "Softmax(1)";
                case 7 when !isImage: return FormattableString.Invariant($"LayerNorm({features})");
                case 8 or 9 when !isImage:
                    var from = features;
                    features = random.Next(1, 50);
                    return FormattableString.Invariant($"Linear({from}, {features})");
                case 6 or 7 or 8:
                    var before = channels;
                    channels = random.Next(1, 9);
                    return FormattableString.Invariant($"Conv2d({before}, {channels}, 3, padding: 1)");
                case 9: return FormattableString.Invariant($"BatchNorm2d({channels})");
                case 10 when side >= 4:
                    side /= 2;
                    return "MaxPool2d(2)";
                case 11 when side >= 4:
                    side /= 2;
                    return "AvgPool2d(2)";
                case 12:
                    side += 2;
                    return "ZeroPad2d(1)";
                case 13:
                    side += 1;
                    return "ReplicationPad2d((1, 0, 0, 1))";
                case 14:
                    (isImage, features) = (false, channels * side * side);
                    return "Flatten()";
                default: return "Hardtanh(inplace: true)";
            }
        }
    }
}

[Shape("B 8 -> B 8")]
internal sealed partial class Unfollowed
{
    [Layer(8, 8)] private readonly TorchSharp.Modules.Linear fc;

    private Tensor Forward(Tensor x) => new Elsewhere().Same(fc.call(x));
}

internal class Elsewhere
{
    public virtual Tensor Same(Tensor x) => x.alias();
}
