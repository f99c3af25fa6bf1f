using Gen.Checking;
using Gen.Model;
using Gen.Shapes;

namespace Gen.Emit;

/// <summary>The checks at run time: the inputs against the declared shape, the author's facts, what could not be proved.</summary>
internal static class GuardEmitter
{
    public static void Inputs(SourceWriter writer, CheckedModule module)
    {
        if (!module.IsGuarded || module.Inputs is not { } inputs)
        {
            return;
        }

        var bound = new List<string>();
        var boundBefore = new List<string[]>();
        var forward = module.Model.Forward;
        for (var i = 0; i < Math.Min(inputs.Count, forward.Inputs.Count); i++)
        {
            boundBefore.Add([.. bound]);
            if (forward.Inputs[i].IsTensor && !inputs[i].IsUnknownRank)
            {
                Guard(writer, module, Identifier.Of(forward.Inputs[i].Name), forward.Inputs[i], inputs[i], bound);
            }
        }

        for (var i = 0; i < Math.Min(inputs.Count, forward.Inputs.Count); i++)
        {
            if (forward.Inputs[i].IsTensor && Late(module, inputs[i], Identifier.Of(forward.Inputs[i].Name), boundBefore[i], bound) is { Count: > 0 } late)
            {
                var value = Identifier.Of(forward.Inputs[i].Name);
                var tests = string.Join(" || ", late);
                Throw(writer, module, value, forward.Inputs[i].Name, inputs[i], IsNullable(forward.Inputs[i]) ? [$"{value} is not null && ({tests})"] : [tests], bound);
            }
        }

        foreach (var fact in module.Conditions)
        {
            if (Condition(module, fact, bound) is { } condition)
            {
                writer.Block($"if (!({condition}))", () =>
                    writer.Line($"throw {Names.ShapeGuard}.Fact(this, {Identifier.Literal(module.Model.Type.Name)}, {Identifier.Literal(fact.ToString())}{Bound(module, bound)});"));
                writer.Line();
            }
        }
    }

    public static bool ChecksOutput(CheckedModule module) =>
        module.IsGuarded && module.GuardsOutput && module.Output is not null && module.Model.Forward.Result == Names.Tensor;

    /// <summary>A declared result that was not proved: its rank and its known sizes.</summary>
    public static void Output(SourceWriter writer, CheckedModule module, string value)
    {
        if (ChecksOutput(module) && Tests(module, value, module.Output!, NamesOf(module)) is { Count: > 0 } tests)
        {
            Throw(writer, module, value, "result", module.Output!, tests, NamesOf(module));
        }
    }

    /// <summary>All names that the inputs bind.</summary>
    private static List<string> NamesOf(CheckedModule module)
    {
        var bound = new List<string>();
        foreach (var input in module.Inputs ?? default)
        {
            bound.AddRange(input.Dims.Select(d => Free(module, d)).OfType<string>().Where(n => !bound.Contains(n) && IsUsed(module, n)));
        }

        return bound;
    }

    /// <summary>The sizes whose names only a later input binds, looked at when all are bound.</summary>
    private static List<string> Late(CheckedModule module, Shape shape, string value, IReadOnlyList<string> before, IReadOnlyList<string> bound)
    {
        var here = Here(module, shape, before);
        return [.. shape.Dims.Select((dim, i) => (Dim: dim, Index: i))
            .Where(d => Free(module, d.Dim) is null && Expression(module, d.Dim, before, here, value, shape) is null)
            .Select(d => (d.Index, Expected: Expression(module, d.Dim, bound, here, value, shape)))
            .Where(d => d.Expected is not null)
            .Select(d => $"{Size(value, shape, d.Index)} != {d.Expected}")];
    }

    /// <summary>The names that a tensor binds, each with its first place.</summary>
    private static Dictionary<string, int> Here(CheckedModule module, Shape shape, IReadOnlyList<string> bound)
    {
        var here = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < shape.Dims.Count; i++)
        {
            if (Free(module, shape.Dims[i]) is { } name && !bound.Contains(name) && !here.ContainsKey(name))
            {
                here[name] = i;
            }
        }

        return here;
    }

    private static bool IsNullable(InputModel input) => input.Type.EndsWith("?", StringComparison.Ordinal);

    private static void Guard(SourceWriter writer, CheckedModule module, string value, InputModel input, Shape shape, List<string> bound)
    {
        var present = IsNullable(input);
        if (present && bound.Count < NamesOf(module).Count && shape.Dims.Any(d => Free(module, d) is { } n && !bound.Contains(n)))
        {
            // An optional input binds no names: they would be unknown without it. Its own guard still checks the rest.
            Check(writer, module, value, input, shape, bound, nullable: true);
            return;
        }

        Check(writer, module, value, input, shape, bound, present);
    }

    private static void Check(SourceWriter writer, CheckedModule module, string value, InputModel input, Shape shape, List<string> bound, bool nullable)
    {
        var tests = Tests(module, value, shape, bound);
        if (nullable)
        {
            tests = [$"{value} is not null && ({string.Join(" || ", tests)})"];
        }

        Throw(writer, module, value, input.Name, shape, tests, bound);
        if (nullable)
        {
            return;
        }

        for (var i = 0; i < shape.Dims.Count; i++)
        {
            if (Free(module, shape.Dims[i]) is { } name && !bound.Contains(name) && IsUsed(module, name))
            {
                bound.Add(name);
                writer.Line($"var {Local(name)} = {Size(value, shape, i)};");
            }
        }
    }

    private static void Throw(SourceWriter writer, CheckedModule module, string value, string input, Shape shape, IReadOnlyList<string> tests, IReadOnlyList<string> bound)
    {
        writer.Block($"if ({string.Join(" || ", tests)})", () => writer.Line(
            $"throw {Names.ShapeGuard}.Mismatch(this, {Identifier.Literal(module.Model.Type.Name)}, {Identifier.Literal(input)}, {Identifier.Literal(shape.ToShapeString())}, {value}{Bound(module, bound)});"));
        writer.Line();
    }

    private static List<string> Tests(CheckedModule module, string value, Shape shape, IReadOnlyList<string> bound)
    {
        var tests = new List<string> { $"{value}.Dimensions {(shape.HasVariadic ? "<" : "!=")} {shape.Dims.Count}" };
        var here = Here(module, shape, bound);
        for (var i = 0; i < shape.Dims.Count; i++)
        {
            // A name that this very input binds twice is compared with its first place.
            if (Free(module, shape.Dims[i]) is { } name && !bound.Contains(name))
            {
                if (here[name] != i)
                {
                    tests.Add($"{Size(value, shape, i)} != {Size(value, shape, here[name])}");
                }
            }
            else if (Expression(module, shape.Dims[i], bound, here, value, shape) is { } expected)
            {
                tests.Add($"{Size(value, shape, i)} != {expected}");
            }
        }

        return tests;
    }

    private static string? Condition(CheckedModule module, Fact fact, IReadOnlyList<string> bound)
    {
        var left = Expression(module, fact.Left, bound, [], "", Shape.UnknownRank);
        var right = Expression(module, fact.Right, bound, [], "", Shape.UnknownRank);
        return left is null || right is null ? null : $"{left} {fact.Operator} {right}";
    }

    /// <summary>C# for a size, where all its names have values by then.</summary>
    private static string? Expression(CheckedModule module, Dim dim, IReadOnlyList<string> bound, Dictionary<string, int> here, string value, Shape shape)
    {
        if (dim.IsUnknown || !dim.Names.All(n => bound.Contains(n) || here.ContainsKey(n) || IsKept(module, n)))
        {
            return null;
        }

        return DimText.ToCSharp(dim, name => bound.Contains(name) ? Local(name) : here.TryGetValue(name, out var at) ? Size(value, shape, at) : Field(module, name));
    }

    /// <summary>A name is worth a local if another input, a condition or the result's check looks at it.</summary>
    private static bool IsUsed(CheckedModule module, string name) =>
        module.Inputs!.Value.Count(i => i.Dims.Any(d => d.Names.Contains(name))) > 1
        || module.Conditions.Any(c => c.Left.Names.Contains(name) || c.Right.Names.Contains(name))
        || (ChecksOutput(module) && module.Output!.Dims.Any(d => d.Names.Contains(name)));

    private static string? Free(CheckedModule module, Dim dim) => module.FreeNames.FirstOrDefault(n => dim.Equals(Dim.Name(n)));

    /// <summary>The sizes of the primary constructor that a guard looks at are kept in fields: a captured parameter would be a state of its own.</summary>
    public static void AddFields(SourceWriter writer, CheckedModule module, List<Action> sections)
    {
        var names = KeptNames(module);
        if (names.Count > 0)
        {
            sections.Add(() =>
            {
                foreach (var name in names)
                {
                    writer.Line($"private readonly long {Kept(name)} = {Identifier.Of(name)};");
                }
            });
        }
    }

    /// <summary>The parameters of the primary constructor that have such a field.</summary>
    public static IReadOnlyList<string> KeptNames(CheckedModule module) => !module.IsGuarded || module.Model.Forward.Kind is not (ForwardKind.Chain or ForwardKind.Method)
        ? []
        : (module.Inputs ?? default).Concat(module.Output is { } output && ChecksOutput(module) ? [output] : []).SelectMany(s => s.Dims).SelectMany(d => d.Names)
            .Concat(module.Conditions.SelectMany(c => c.Left.Names.Concat(c.Right.Names)))
            .Distinct().Where(n => IsKept(module, n) && module.Model.Constructor.Kind == ConstructorKind.Primary).ToArray();

    private static bool IsKept(CheckedModule module, string name) =>
        module.Model.Constructor.Names.Any(p => p.Name == name && p.IsInteger && (module.Model.Constructor.Kind == ConstructorKind.Primary || p.Field is not null));

    /// <summary>The field of a size, or of a member that is one: <c>__config__Dim</c>.</summary>
    public static string Kept(string name) => $"__{name.Replace(".", "__")}";

    /// <summary>The generated field of a primary constructor's parameter, or the field in which the user keeps it.</summary>
    private static string Field(CheckedModule module, string name) =>
        module.Model.Constructor.Kind == ConstructorKind.Primary ? Kept(name) : Identifier.Of(module.Model.Constructor.Names.First(p => p.Name == name).Field!);

    /// <summary>Named dimensions become locals; the prefix keeps them apart from parameters and fields.</summary>
    private static string Local(string name) => $"size{name}";

    private static string Size(string value, Shape shape, int index) => shape.HasVariadic ? $"{value}.size({index - shape.Dims.Count})" : $"{value}.size({index})";

    private static string Bound(CheckedModule module, IEnumerable<string> bound) =>
        string.Concat(bound.Select(n => $", ({Identifier.Literal(n)}, {Local(n)})"));
}
