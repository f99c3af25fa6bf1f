using System.Reflection;
using Gen.Model;
using Gen.Reading;
using Gen.Shapes;
using Microsoft.CodeAnalysis;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Rules.Operations.Constructors;

/// <summary>
/// Random constructors: a count that is said is TorchSharp's in every way through them, the state that is known has its keys and shapes,
/// and an error is said only of what fails.
/// </summary>
[Collection("TorchSharp")]
public sealed class RandomConstructorTests(ITestOutputHelper output)
{
    [Fact]
    public void What_is_said_of_a_class_holds_after_each_of_its_constructors() => Enough(40, [Check(0, 40)]);

    [Fact]
    [Trait("Category", "Long")]
    public void What_is_said_of_2_000_classes_holds_after_each_of_their_constructors() =>
        Enough(2_000, [.. Enumerable.Range(10, 20).Select(hundred => Check(100 * hundred, (100 * hundred) + 100))]);

    /// <summary>A test of the reader needs constructors that it follows, and some that it refuses.</summary>
    private void Enough(int classes, (int Counted, int Told, int Caught)[] found)
    {
        var (counted, told, caught) = (found.Sum(f => f.Counted), found.Sum(f => f.Told), found.Sum(f => f.Caught));
        var text = $"{classes} classes: {counted} counts, {told} states, {caught} with errors";
        output.WriteLine(text);
        Assert.True(counted > classes / 2 && told > classes / 2 && caught > 0, text);
    }

    private static (int Counted, int Told, int Caught) Check(int from, int to)
    {
        var sources = Enumerable.Range(from, to - from).Select(n => new ConstructorWriter(n).Write()).ToArray();
        var (_, compilation) = Compilations.Generate(sources);
        var errors = Compilations.Diagnose(compilation).Where(d => d.Severity == DiagnosticSeverity.Error)
            .ToLookup(d => d.Location.SourceTree!.FilePath);
        var assembly = Compilations.Load(compilation);
        var wrong = new List<string>();
        var (counted, caught, told) = (0, 0, 0);
        for (var i = 0; i < sources.Length; i++)
        {
            var said = errors[i == 0 ? "Source.cs" : $"Source{i}.cs"].ToArray();
            var type = assembly.GetType($"Net{from + i}", throwOnError: true)!;
            var model = ModuleReader.ReadForMessages(compilation.GetTypeByMetadataName(type.FullName!)!, compilation, default)!;
            var fails = false;
            foreach (var (constructor, arguments) in Ways(type))
            {
                using var scope = NewDisposeScope();
                var module = (Module<Tensor, Tensor>)constructor.Invoke(arguments);
                fails |= Fails(module);
                if (ToldState.Of(model, constructor.GetParameters().Zip(arguments, Given)) is { } state)
                {
                    told++;
                    var built = module.state_dict().Select(t => $"{t.Key} [{string.Join(", ", t.Value.shape)}]")
                        .Order(StringComparer.Ordinal).ToArray();
                    if (!state.SequenceEqual(built))
                    {
                        wrong.Add(
                            $"state {string.Join("; ", state)} is known of ({string.Join(", ", arguments)}), TorchSharp has "
                            + $"{string.Join("; ", built)}:\n{sources[i]}");
                    }
                }

                if (Count(type, constructor, arguments) is { } count)
                {
                    counted++;
                    var built = module.parameters().Sum(p => p.numel());
                    if (count != built)
                    {
                        wrong.Add($"{count} is said of ({string.Join(", ", arguments)}), TorchSharp has {built}:\n{sources[i]}");
                    }
                }
            }

            caught += said.Length > 0 ? 1 : 0;
            if (said.Length > 0 && !fails)
            {
                wrong.Add($"{said[0]} is said, and nothing fails:\n{sources[i]}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} are wrong. {string.Join("\n", wrong.Take(5))}");
        return (counted, told, caught);
    }

    private static IEnumerable<(ConstructorInfo Constructor, object[] Arguments)> Ways(Type type)
    {
        foreach (var constructor in type.GetConstructors())
        {
            if (constructor.GetParameters().Length == 0)
            {
                yield return (constructor, []);
                continue;
            }

            for (var way = 0; way < 8; way++)
            {
                yield return (constructor, [(way & 1) != 0, (way & 2) != 0, (way & 4) != 0 ? 2 : 1]);
            }
        }
    }

    /// <summary>What is said of a way: the constant, or what the parameters tell.</summary>
    private static long? Count(Type type, ConstructorInfo constructor, object[] arguments)
    {
        if (type.GetField("ParameterCount") is { } constant)
        {
            return (long)constant.GetRawConstantValue()!;
        }

        var given = constructor.GetParameters().Select((p, i) => (p.Name, Value: arguments[i])).ToArray();
        return type.GetMethod("CountParameters") is { } method && method.GetParameters().All(p => given.Any(g => g.Name == p.Name))
            ? (long)method.Invoke(null,
                [.. method.GetParameters().Select(p => Convert(given.First(g => g.Name == p.Name).Value, p.ParameterType))])!
            : null;
    }

    private static Argument Given(ParameterInfo parameter, object value) =>
        new(parameter.Name!, value is bool truth ? new Value.Boolean(truth) : new Value.Integer(Dim.Of((int)value)), null);

    private static object Convert(object value, Type type) =>
        System.Convert.ChangeType(value, type, System.Globalization.CultureInfo.InvariantCulture);

    private static bool Fails(Module<Tensor, Tensor> module)
    {
        try
        {
            module.call(ones(7, 6)).Dispose();
            return false;
        }
        catch (Exception)
        {
            return true;
        }
    }
}
