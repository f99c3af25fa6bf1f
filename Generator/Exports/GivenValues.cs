using System.Globalization;
using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;

namespace Gen.Exports;

/// <summary>What the constructor was given, and what is known at compile time, as operands of a graph.</summary>
internal sealed class GivenValues(ModuleModel model)
{
    private readonly List<string> fields = [];
    private readonly HashSet<string> kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> indices = new(StringComparer.Ordinal);

    /// <summary>The fields that keep the parameters of a primary constructor.</summary>
    public IReadOnlyList<string> Fields => fields;

    /// <summary>C# for an operand; null where nothing holds a value by then.</summary>
    public string? Operand(Value value, string type = "") => value switch
    {
        Value.Null => $"{Names.ExportOperand}.Null",
        Value.Integer integer => Number(integer.Dim) is { } text ? type.Length == 0 ? text : $"({type})({text})" : null,
        Value.Boolean truth => truth.Truth ? "true" : "false",
        Value.Condition condition => Truth(condition.Holds),
        Value.Real real => type == "float" ? $"(float){Real(real.Number)}" : Real(real.Number),
        Value.Text text => Identifier.Literal(text.Characters),
        Value.Enumeration member => $"{Names.ExportOperand}.Member({Identifier.Literal(member.Member)})",
        Value.Parameter parameter => Given(parameter.Name) is { } text ? $"{Names.ExportOperand}.Of({text})" : null,
        Value.List list => List(list),
        Value.Repeat repeat => Repeat(repeat),
        _ => null,
    };

    /// <summary>C# for a size; null where it depends on something else than the constructor.</summary>
    public string? Number(Dim dim) => dim.IsUnknown || dim.Names.Any(n => Size(n) is null) ? null : DimText.ToCSharp(dim, n => Size(n)!);

    /// <summary>The value of a name in a shape string that is no size of a call; null for those.</summary>
    public string? Size(string name) =>
        indices.TryGetValue(name, out var index) ? index
        : model.Sizes.FirstOrDefault(s => s.Name == name) is { } field ? $"this.{Identifier.Of(field.Name)}"
        : model.Constructor.Names.FirstOrDefault(p => p.Name == name) is not { } parameter || Given(name) is not { } text ? null
        : parameter.IsBoolean ? $"({text} ? 1L : 0L)" : text;

    private string? Truth(Truth truth) => truth switch
    {
        Truth.Known known => known.Value ? "true" : "false",
        Truth.Flag flag => Given(flag.Name),
        Truth.Comparison { Fact: var fact } => Both(Number(fact.Left), fact.Operator, Number(fact.Right)),
        Truth.Not not => Truth(not.Inner) is { } inner ? $"!({inner})" : null,
        Truth.Both both => Both(Truth(both.Left), "&&", Truth(both.Right)),
        Truth.Either either => Both(Truth(either.Left), "||", Truth(either.Right)),
        _ => null,
    };

    private static string? Both(string? left, string text, string? right) => left is null || right is null ? null
        : $"({left} {text} {right})";

    private string? List(Value.List list)
    {
        var items = list.Items.Select(i => Operand(i)).ToArray();
        return items.Any(i => i is null) ? null : $"{Names.ExportOperand}.List({string.Join(", ", items)})";
    }

    private string? Repeat(Value.Repeat repeat)
    {
        var index = $"__i{indices.Count.ToString(CultureInfo.InvariantCulture)}";
        indices[repeat.Index] = $"(long){index}";
        var (count, item) = (Number(repeat.Count), Operand(repeat.Item));
        indices.Remove(repeat.Index);
        const string Linq = "global::System.Linq.Enumerable";
        return count is null || item is null ? null : $"{Names.ExportOperand}.List({Linq}.ToArray({Linq}.Select("
            + $"{Linq}.Range(0, checked((int)({count}))), {index} => ({Names.ExportOperand})({item}))))";
    }

    /// <summary>A parameter of the constructor or a member of one, where something holds it.</summary>
    private string? Given(string name)
    {
        var root = name.Split('.')[0];
        var path = name.Substring(root.Length);
        if (model.Constructor.Parameters.FirstOrDefault(p => p.Name == root) is not { } parameter)
        {
            return null;
        }

        if (model.Constructor.Kind != ConstructorKind.Primary)
        {
            return parameter.Field is { } field ? $"this.{Identifier.Of(field + path)}" : null;
        }

        var keeper = $"__given_{root}";
        if (kept.Add(root))
        {
            fields.Add($"private readonly {parameter.Type} {keeper} = {Identifier.Of(root)};");
        }

        return $"this.{keeper}{(path.Length == 0 ? "" : "." + Identifier.Of(path.Substring(1)))}";
    }

    private static string Real(double number) => double.IsNaN(number) ? "double.NaN" : double.IsPositiveInfinity(number)
        ? "double.PositiveInfinity" : double.IsNegativeInfinity(number) ? "double.NegativeInfinity"
        : number.ToString("R", CultureInfo.InvariantCulture) + "d";
}
