using System.Globalization;
using Microsoft.CodeAnalysis;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Behaviour;

/// <summary>A field counts as what it holds after the constructor; where that is not known there is no count, and never a wrong
/// one.</summary>
[Collection("TorchSharp")]
public sealed class ConstructorCountTests
{
    /// <summary>The members of a class, a constructor's argument, and the count that Gen gives: empty for none.</summary>
    public static TheoryData<string, string, string, long?> Constructors => new()
    {
        { "replaced", "[Layer] private Linear fc = Linear(6, 12); public Net() { fc = Linear(6, 12, hasBias: false); }", "", 72 },
        { "replaced twice", "[Layer] private Linear fc = Linear(6, 12); public Net() { fc = Linear(6, 5); fc = Linear(6, 2); }", "", 14 },
        { "by an expression body", "[Layer] private Linear fc = Linear(6, 12); public Net() => fc = Linear(6, 2);", "", 14 },
        { "by a method", "[Layer] private Linear fc = Linear(6, 12); public Net() { Build(); } private void Build() { fc = Linear(6, 2); }",
            "", 14 },
        { "by a tuple", "[Layer] private Linear fc = Linear(6, 12); private int n; public Net() { (fc, n) = (Linear(6, 2), 1); }", "", 14 },
        { "of an attribute", "[Layer(6, 12)] private Linear fc; public Net() { fc = Linear(6, 2); }", "", 14 },
        { "of a parameter", "[Parameter] private Parameter fc = Parameter(ones(6)); public Net() { fc = Parameter(ones(2)); }", "", 2 },
        { "of a buffer", "[Buffer] private Tensor fc = ones(6); public Net() { fc = ones(2); }", "", 0 },
        { "equal ways",
            "[Layer] private readonly Linear fc; public Net(bool b) { if (b) { fc = Linear(6, 2); } else { fc = Linear(6, 2); } }", "true",
            14 },
        { "ways by a parameter", "[Layer] private Linear fc = Linear(6, 12); public Net(bool b) { if (b) { fc = Linear(6, 2); } }", "true",
            14 },
        { "the other way", "[Layer] private Linear fc = Linear(6, 12); public Net(bool b) { if (b) { fc = Linear(6, 2); } }", "false", 84 },
        { "a loop", "[Layer] private Linear fc = Linear(6, 12); public Net() { for (var i = 1; i < 3; i++) { fc = Linear(6, i); } }", "",
            null },
        { "a catch",
            "[Layer] private Linear fc = Linear(6, 12); public Net() { try { throw new Exception(); } catch (Exception) { fc = Linear(6, "
            + "2); } }", "", null },
        { "by ref",
            "[Layer] private Linear fc = Linear(6, 12); public Net() { Set(ref fc!); } private static void Set(ref Linear l) => l = "
            + "Linear(6, 2);", "", null },
        { "a property",
            "[Layer] private Linear fc = Linear(6, 12); private Linear Own { set => fc = value; } public Net() { Own = Linear(6, 2); }", "",
            null },
        { "a helper", "[Layer] internal Linear fc = Linear(6, 12); public Net() { Other.Set(this); }", "", null },
        { "a local function", "[Layer] private Linear fc = Linear(6, 12); public Net() { Set(); void Set() => fc = Linear(6, 2); }", "",
            null },
        { "a size set later",
            "private readonly int d; [Layer] private readonly Linear fc; public Net() { d = 3; fc = Linear(6, d); d = 5; }", "", null },
        { "a size set after it is read",
            "private readonly int d; [Layer] private readonly Linear fc; public Net() { fc = Linear(6, d + 1); d = 5; }", "", null },
        { "a size that grows",
            "private readonly int d; [Layer] private readonly Linear fc; public Net() { d = 3; d++; fc = Linear(6, d); }", "", null },
        { "a size once", "private readonly int d; [Layer] private readonly Linear fc; public Net(int n) { d = n; fc = Linear(6, d); }", "2",
            14 },
        { "several", "[Layer] private readonly Linear fc; public Net() => fc = Linear(6, 3); public Net(int n) => fc = Linear(6, n);", "2",
            null },
        { "several that agree",
            "[Layer] private readonly Linear fc; public Net() => fc = Linear(6, 2); public Net(int n) { fc = Linear(6, 2); }", "2", 14 },
        { "this", "[Layer] private Linear fc; public Net() { fc = Linear(6, 3); } public Net(int n) : this() { fc = Linear(6, n); }", "2",
            null },
    };

    [Theory]
    [MemberData(nameof(Constructors))]
    public void The_count_is_that_of_the_module_that_was_built(string name, string members, string argument, long? expected)
    {
        Assert.NotEmpty(name);
        var source = $$"""
            #pragma warning disable CS0414 // Fields that only steer the constructor.
            public sealed partial class Net
            {
                {{members}}
                private Tensor Forward(Tensor x) => x;
            }
            public static class Other { public static void Set(Net net) { {{(name == "a helper" ? "net.fc = Linear(6, 2);" : "")}} } }
            """;
        var (_, output) = Compilations.Generate(source);
        Assert.DoesNotContain(Compilations.Diagnose(output), d => d.Severity == DiagnosticSeverity.Error);

        var type = Compilations.Load(output).GetType("Net", throwOnError: true)!;
        object[] arguments = argument switch
        {
            "" => [],
            "true" or "false" => [argument == "true"],
            _ => [int.Parse(argument, CultureInfo.InvariantCulture)],
        };
        using var module = (Module)Activator.CreateInstance(type, arguments)!;
        Assert.Equal(expected, Counted(type, arguments));
        if (expected is not null)
        {
            Assert.Equal(expected, module.parameters().Sum(p => p.numel()));
        }
    }

    private static long? Counted(Type type, object[] arguments) =>
        type.GetField("ParameterCount") is { } constant ? (long)constant.GetRawConstantValue()!
        : type.GetMethod("CountParameters") is { } method ? (long)method.Invoke(null, arguments)!
        : null;
}
