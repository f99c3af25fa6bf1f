using System.Globalization;
using System.Runtime.CompilerServices;
using Gen.Model;
using Gen.Reading;

namespace Gen.Tests.Rules.Layers;

/// <summary>What a user writes reads as what the judge tries: positional, named, left out, tuples, arrays, enums, null.</summary>
public sealed class ArgumentFormsTests
{
    public static TheoryData<string> Ruled => [.. Factories.All.Select(f => f.Key)
        .Where(f => Gen.Rules.Layers.LayerRules.Find(f) is not null)];

    [Theory]
    [MemberData(nameof(Ruled))]
    public void Written_arguments_are_read_as_they_are(string factory)
    {
        var random = new Random(3);
        var overloads = Factories.All[factory].ToArray();
        var cases = Enumerable.Range(0, 40).Select(_ => Case.Random(overloads[random.Next(overloads.Length)], random))
            .Where(c => c.Values.All(IsWritable)).ToArray();
        var source =
            "public partial class Net { "
            + string.Concat(cases.Select((c, i) =>
                $"[Layer] private readonly {c.Method.ReturnType.Name} layer{i} = {Written(c, random)};\n"))
            + " }";
        var compilation = Compilations.Of(source);
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error));
        if (cases.Length == 0)
        {
            // Those take a tensor or a module, which the judge passes in.
            Assert.Contains(overloads.SelectMany(o => o.GetParameters()), p => !p.ParameterType.IsValueType && !p.ParameterType.IsArray);
            return;
        }

        var module = ModuleReader.Read(compilation.GetTypeByMetadataName("Net")!, compilation, default)!;
        foreach (var (@case, layer) in cases.Zip(module.Layers))
        {
            Assert.Equal(@case.Arguments.Select(a => $"{a.Parameter}: {Text(a.Value)}").Order(StringComparer.Ordinal),
                layer.Arguments.Select(a => $"{a.Parameter}: {Text(a.Value)}").Order(StringComparer.Ordinal));
        }
    }

    private static bool IsWritable(object? value) => value is null or bool or long or int or double or float or Enum or Array or ITuple;

    private static string Written(Case @case, Random random)
    {
        var arguments = new List<string>();
        var isNamed = random.Next(2) == 0;
        foreach (var (parameter, value) in @case.Method.GetParameters().Zip(@case.Values))
        {
            // Another overload without parameters would be meant.
            if (@case.Values.Length > 1 && parameter.HasDefaultValue && Equals(parameter.DefaultValue, value) && random.Next(2) == 0)
            {
                isNamed = true;
                continue;
            }

            arguments.Add((isNamed ? $"@{parameter.Name}: " : "") + Literal(value, random));
        }

        return $"{@case.Method.Name}({string.Join(", ", arguments)})";
    }

    private static string Literal(object? value, Random random) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        // A plain 0 is any enum too.
        0L => "0L",
        float number => number.ToString("0.0#########", CultureInfo.InvariantCulture) + "f",
        double number => number.ToString("0.0#########", CultureInfo.InvariantCulture),
        Enum member => $"{member.GetType().FullName!.Replace('+', '.')}.{member}",
        Array array when random.Next(2) == 0 =>
            $"new[] {{ {string.Join(", ", array.Cast<object>().Select(i => i is long ? $"{i}L" : Literal(i, random)))} }}",
        Array array => $"[{string.Join(", ", array.Cast<object>().Select(i => Literal(i, random)))}]",
        ITuple tuple => $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(i => Literal(tuple[i], random)))})",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Text(Value value) => value switch
    {
        Value.Integer integer => integer.Dim.ToString(),
        Value.Real real => real.Number.ToString("0.##########", CultureInfo.InvariantCulture),
        Value.List list => $"[{string.Join(", ", list.Items.Select(Text))}]",
        _ => value.ToString(),
    };
}
