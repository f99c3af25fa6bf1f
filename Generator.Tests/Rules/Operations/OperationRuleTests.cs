using Gen.Rules.Layers;
using Gen.Rules.Operations;
using Gen.Rules;
using Gen.Shapes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Rules.Operations;

/// <summary>All that is known of an operator stands in its rule.</summary>
public sealed class OperationRuleTests
{
    /// <summary>Where names of operators stand outside the rules, and why.</summary>
    private static readonly (string File, string Why, string[] Names)[] Exceptions =
    [
        ("Diagnostics/Parity/Differences", "a row for each call that PyTorch means otherwise: it names the call", []),
        ("Diagnostics/Parity/Surroundings.cs", "whether the code asks for gradients", ["requires_grad", "requires_grad_"]),
        ("Diagnostics/Analyzers/InferenceModeAnalyzer.cs", "methods of modules, and the scope that a call stands in",
            ["to", "cuda", "cpu", "half", "float", "double", "no_grad", "inference_mode", "backward"]),
        ("Diagnostics/Analyzers/MovedAfterOptimizerAnalyzer.cs", "methods of modules",
            ["to", "cuda", "cpu", "half", "bfloat16", "float", "double"]),
        ("Diagnostics/DataFlow/ModuleUses.cs", "methods of modules", ["to", "cuda", "cpu"]),
        ("Diagnostics/DataFlow/RegistrationFlow.Calls.cs", "methods of lists", ["add"]),
        ("Diagnostics/DataFlow/RegisteredMembers.cs", "the type Parameter", ["Parameter"]),
        ("Diagnostics/Analyzers/UnregisteredModuleAnalyzer.cs", "the attribute Parameter", ["Parameter"]),
        ("Diagnostics/Analyzers/StoredTensorAnalyzer.cs", "what a message tells to write", ["add_"]),
        ("Diagnostics/Hints.cs", "the attribute Parameter, and the layer that a fix puts in", ["Parameter", "ReLU"]),
        ("Reading/", "the model is read before the rules: types, attributes and Gen's own functions, by name",
            ["Additive", "Detach", "Keep", "LSTM", "GRU", "RNN", "MoveToOther", "MoveToOuter", "MoveToOuterDisposeScope", "Parameter",
                "bfloat16", "bool", "double", "float", "from_array", "half", "int", "long", "short"]),
        ("Reading/Values/ListLooks.cs", "methods of modules, and whether a tensor is trained", ["to", "cuda", "cpu", "requires_grad"]),
        ("Evaluation/Evaluator", "what changes the evaluation: what is kept, and a range between numbers that are no sizes; the "
            + "operators - and ~; properties that are the tensor itself; types of C#",
            ["Keep", "arange", "bitwise_not", "neg", "real", "bool", "int", "long"]),
        ("Evaluation/LayerEvaluator", "what is kept", ["Keep"]),
        ("Emit/CSharp/", "types of C#", ["long"]),
        ("Graph/GraphTyping.cs", "a property that is the tensor itself", ["real"]),
        ("Freeing/Lowering", "what takes a tensor out of a scope that is not needed any more",
            ["MoveToOuter", "MoveToOuterDisposeScope"]),
        ("Exports/GivenValues.cs", "types of C#", ["float"]),
        ("Freeing/FreeNames.cs", "a name for a local", ["t"]),
        ("Shapes/Algebra/ElementType.cs", "names of types", ["bfloat16", "bool", "complex", "float", "int"]),
        ("Symbols/ModuleConversions.cs", "methods of modules", ["bfloat16", "cuda", "double", "half", "to"]),
        ("Symbols/ModuleMoves.cs", "methods of modules", ["to", "cuda", "cpu"]),
        ("Shapes/Algebra/Device.cs", "names of devices", ["cpu"]),
        ("Evaluation/Evaluator.Devices.cs", "a method of modules, and a property of devices", ["mps", "type"]),
        ("Evaluation/Evaluator.Data.cs", "a device", ["cpu"]),
        ("Evaluation/Placement.cs", "names of devices", ["cpu", "cuda", "mps"]),
        ("Reading/Bodies/ExpressionReader.Calls.cs", "what makes a tensor of numbers of C#", ["tensor", "as_tensor", "frombuffer"]),
        ("Diagnostics/Analyzers/StoredTensorAnalyzer.cs", "what a tensor is told", ["copy_"]),
        ("Diagnostics/Analyzers/TrainingLoopAnalyzer.cs", "what a training loop calls", ["backward", "detach_"]),
        ("Shapes/Text/", "functions of shape strings", ["min", "max"]),
    ];

    [Fact]
    public void Names_of_operators_stand_nowhere_but_in_their_rules()
    {
        var names = OperationRules.Families.SelectMany(f => f.Rules).SelectMany(r => r.Names.Concat(r.ForInPlace().Names))
            .Concat(LayerRules.All.Select(r => r.Factory)).Where(n => char.IsLetter(n[0])).ToHashSet(StringComparer.Ordinal);
        var root = Path.Combine(SampleSources.Repository, "Generator");
        var found = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(f => (Path: f, Name: Path.GetRelativePath(root, f).Replace('\\', '/')))
            .Where(f => f.Name.Split('/')[0] is not ("Rules" or "bin" or "obj"))
            .SelectMany(f => Literals(f.Path).Where(names.Contains).Distinct().Select(n => (f.Name, Operator: n)))
            .Where(f => !Exceptions.Any(e => f.Name.StartsWith(e.File, StringComparison.Ordinal)
                && (e.Names.Length == 0 || e.Names.Contains(f.Operator))));
        var text = string.Join("\n", found.Select(f => $"{f.Name}: {f.Operator}").Order(StringComparer.Ordinal));
        Assert.True(text.Length == 0, text);
    }

    /// <summary>What is no longer true is no exception.</summary>
    [Fact]
    public void Every_exception_is_needed()
    {
        var root = Path.Combine(SampleSources.Repository, "Generator");
        var unneeded = Exceptions.SelectMany(e => e.Names.Except(Files(root, e.File).SelectMany(Literals)).Select(n => $"{e.File}: {n}"));
        var text = string.Join("\n", unneeded);
        Assert.True(text.Length == 0, text);
        Assert.All(Exceptions, e => Assert.NotEmpty(Files(root, e.File)));
    }

    /// <summary>A table of the rules and one more, of an operation that TorchSharp does not have: all that is asked of an operation is
    /// answered from it.</summary>
    [Fact]
    public void An_operation_is_added_by_a_rule_alone()
    {
        var rule = new OperationRule("flattened alike")
        {
            Output = static call => new Model.Value.Tensor(call.Self, call.Type),
            Memory = Memory.Reshaped,
            Role = Role.Softmax,
            KeepsNumbers = true,
            MayReturnInput = true,
            Lifetime = Lifetime.Longer,
        };
        var table = new OperationTable([.. OperationRules.Families, new("Mine", "torch", [rule])]);
        Assert.Null(OperationRules.Find(false, "flattened"));
        Assert.Same(rule, table.Find(false, "flattened"));
        Assert.Same(rule, table.Find(true, "alike"));
        Assert.Equal([rule], table.Named("alike"));
        Assert.Equal(OperationRules.Names.Concat(["alike", "flattened"]).Order(StringComparer.Ordinal),
            table.Names.Order(StringComparer.Ordinal));

        var changing = Assert.IsType<OperationRule>(table.Find(false, "alike_"));
        Assert.Equal((true, Memory.Operand, Role.Softmax, true),
            (changing.IsInPlace, changing.Memory, changing.Role, changing.KeepsNumbers));
        var self = new Model.Value.Tensor(Gen.Shapes.Shape.Of(Gen.Shapes.Dim.Of(3)), ElementType.Float);
        var call = new OperationCall(changing, "alike_", [new("self", self)], Gen.Shapes.Facts.None);
        Assert.Equal(self, changing.Output!(call));
    }

    /// <summary>Of the others TorchSharp gives types that differ from call to call, or the rule itself finds them.</summary>
    [Fact]
    public void Every_operation_says_its_types_but_these()
    {
        var silent = string.Join(" ", OperationRules.Families.SelectMany(f => f.Rules)
            .Where(r => r is { Output: not null, GivesTensors: true, Types: null }).SelectMany(r => r.Names).Order(StringComparer.Ordinal));
        Assert.True(silent == Untyped, silent);
    }

    private const string Untyped =
        "Additive arange bfloat16 bincount block_diag bool broadcast_tensors byte char cholesky_ex corrcoef cov cross cummax cummin "
        + "cumulative_trapezoid diff double eig eigh float "
        + "full half histc int inv_ex istft long lu lu_factor meshgrid new_empty new_full "
        + "new_ones new_zeros normal polygamma qr randint randperm searchsorted short slogdet solve_triangular std_mean stft svd "
        + "to to_type trapezoid trapz tril_indices triu_indices type type_as var_mean";

    /// <summary>The runtime does not see the rules: it has the roles once more.</summary>
    [Fact]
    public void The_runtime_has_the_same_roles() =>
        Assert.Equal(Enum.GetNames<Role>(), Enum.GetNames<global::Gen.CompilerServices.LayerRole>());

    [Fact]
    public void Two_rules_of_one_name_are_refused()
    {
        var rules = new[] { new OperationRule("twice"), new OperationRule("twice") };
        Assert.Throws<ArgumentException>(() => new OperationTable([new("Mine", "torch", rules)]));
    }

    [Fact]
    public void The_page_of_operations_is_printed_from_the_rules() =>
        Assert.Equal(OperationPage.Print(), File.ReadAllText(Path.Combine(SampleSources.Repository, "docs", "operations.md"))
            .ReplaceLineEndings("\n"));

    private static IEnumerable<string> Files(string root, string start) =>
        Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(f => Path.GetRelativePath(root, f).Replace('\\', '/').StartsWith(start, StringComparison.Ordinal));

    private static IEnumerable<string> Literals(string file) =>
        CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetRoot().DescendantNodes().OfType<LiteralExpressionSyntax>()
            .Where(l => l.IsKind(SyntaxKind.StringLiteralExpression)).Select(l => l.Token.ValueText);
}
