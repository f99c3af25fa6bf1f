using Gen.Checks;
using Gen.Evaluation;
using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;

namespace Gen.Emit;

/// <summary>The checks at run time: the inputs against the declared shape, the author's facts, what could not be proved.</summary>
internal static partial class GuardEmitter
{
    public static void Inputs(SourceWriter writer, CheckedModule module)
    {
        if (!module.IsGuarded)
        {
            return;
        }

        var bound = new List<string>();
        var boundBefore = new List<string[]>();
        var forward = module.Model.Forward;
        var inputs = module.Inputs ?? EquatableArray<Shape>.Empty;
        for (var i = 0; i < Math.Min(inputs.Count, forward.Inputs.Count); i++)
        {
            boundBefore.Add([.. bound]);
            if (forward.Inputs[i].IsTensor)
            {
                Type(writer, module, Identifier.Of(forward.Inputs[i].Name), forward.Inputs[i].Name, module.Signature!.InputType(i),
                    IsNullable(forward.Inputs[i]));
            }

            if (forward.Inputs[i].IsTensor && !inputs[i].IsUnknownRank)
            {
                Guard(writer, module, Identifier.Of(forward.Inputs[i].Name), forward.Inputs[i], inputs[i], bound);
            }
        }

        for (var i = 0; i < Math.Min(inputs.Count, forward.Inputs.Count); i++)
        {
            if (forward.Inputs[i].IsTensor && Late(module, inputs[i], Identifier.Of(forward.Inputs[i].Name), boundBefore[i],
                bound) is { Count: > 0 } late)
            {
                var value = Identifier.Of(forward.Inputs[i].Name);
                var tests = string.Join(" || ", late);
                Throw(writer, module, value, forward.Inputs[i].Name, inputs[i],
                    IsNullable(forward.Inputs[i]) ? [$"{value} is not null && ({tests})"] : [tests], bound);
            }
        }

        // Those of a primary constructor are checked when the module is built.
        var isPrimary = module.Model.Constructor.Kind == ConstructorKind.Primary;
        foreach (var name in isPrimary ? [] : module.PositiveSizes.Where(n => IsKept(module, n)))
        {
            writer.Block($"if ({Field(module, name)} < 1L)", () =>
                writer.Line(
                    $"throw {Names.ShapeGuard}.Fact(this, {Identifier.Literal(module.Model.Type.Name)}, "
                    + $"{Identifier.Literal($"{name} >= 1")}, ({Identifier.Literal(name)}, {Field(module, name)}));"));
            writer.Line();
        }

        foreach (var fact in module.Conditions)
        {
            if (Condition(module, fact, bound) is { } condition)
            {
                writer.Block($"if (!({condition}))", () =>
                    writer.Line(
                        $"throw {Names.ShapeGuard}.Fact(this, {Identifier.Literal(module.Model.Type.Name)}, "
                        + $"{Identifier.Literal(fact.ToString())}{Bound(module, bound)}{KeptIn(module, fact)});"));
                writer.Line();
            }
            else
            {
                WhereGiven(writer, module, fact, bound);
            }
        }

        foreach (var guard in module.Guards.Where(g => g.Cases.Count > 0))
        {
            if (Condition(module, guard.Fact, bound) is { } condition)
            {
                var cases = guard.Cases.Select(c => string.Join(" && ", c.Select(b => Side(module, b, bound)))).ToArray();
                var reached = cases.Length == 1 ? cases[0] : $"({string.Join(" || ", cases)})";
                writer.Block($"if ({reached} && !({condition}))", () =>
                    writer.Line(
                        $"throw {Names.ShapeGuard}.Need(this, {Identifier.Literal(module.Model.Type.Name)}, "
                        + $"{Identifier.Literal(guard.What)}, "
                        + $"{Identifier.Literal(guard.Fact.ToString())}{Bound(module, bound)}{KeptIn(module, guard.Fact)});"));
                writer.Line();
            }
        }
    }

    /// <summary>The element type that a shape string states.</summary>
    private static void Type(SourceWriter writer, CheckedModule module, string value, string name, ElementType type, bool isNullable)
    {
        if (type == ElementType.Unknown)
        {
            return;
        }

        var test = (type & (type - 1)) == 0 ? $"{value}.dtype != global::TorchSharp.torch.ScalarType.{type.Member()}"
            : $"!{Names.ShapeGuard}.IsOf({value}, {Identifier.Literal(type.Text())})";
        writer.Block($"if ({(isNullable ? $"{value} is not null && " : "")}{test})", () => writer.Line(
            $"throw {Names.ShapeGuard}.ElementType(this, {Identifier.Literal(module.Model.Type.Name)}, {Identifier.Literal(name)}, "
            + $"{Identifier.Literal(type.Text())}, {value});"));
        writer.Line();
    }

    /// <summary>C# that tells which of the needs that no entry could check do not hold; null where there are none.</summary>
    public static string? Needs(CheckedModule module)
    {
        var bound = NamesOf(module);
        var needs = module.IsGuarded
            ? module.Guards.Where(g => g.Cases.Count == 0).Select(g => (Guard: g, Condition: Condition(module, g.Fact, bound)))
                .Where(g => g.Condition is not null).ToArray()
            : [];
        return needs.Length == 0 ? null
            : $"new (string, string, bool)[] {{ {string.Join(", ", needs.Select(n => Row(n.Guard.What, n.Guard.Fact, n.Condition!)))} }}"
                + Bound(module, bound) + string.Concat(needs.Select(n => KeptIn(module, n.Guard.Fact)).Distinct());

        static string Row(string what, Fact fact, string condition) =>
            $"({Identifier.Literal(what)}, {Identifier.Literal(fact.ToString())}, {condition})";
    }

    /// <summary>C# for one side of a fork.</summary>
    private static string Side(CheckedModule module, Condition branch, IReadOnlyList<string> bound) =>
        branch.Text is { } text ? branch.IsTaken ? $"({text})" : $"!({text})" : Truth(module, branch.Holds, bound);

    private static string Truth(CheckedModule module, Truth truth, IReadOnlyList<string> bound) => truth switch
    {
        Truth.Known known => known.Value ? "true" : "false",
        Truth.Flag flag => module.Model.Constructor.Kind == ConstructorKind.Primary ? $"{Kept(flag.Name)} != 0L" : Field(module, flag.Name),
        Truth.Comparison comparison => Condition(module, comparison.Fact, bound)!,
        Truth.Not not => $"!({Truth(module, not.Inner, bound)})",
        Truth.Both both => $"({Truth(module, both.Left, bound)} && {Truth(module, both.Right, bound)})",
        Truth.Either either => $"({Truth(module, either.Left, bound)} || {Truth(module, either.Right, bound)})",
        _ => "true",
    };

    /// <summary>The constructor's sizes in a fact, with their values.</summary>
    private static string KeptIn(CheckedModule module, Fact fact) => KeptIn(module, NamesOf(fact));

    private static string KeptIn(CheckedModule module, IEnumerable<string> names) =>
        string.Concat(names.Distinct().Where(n => IsKept(module, n)).Select(n => $", ({Identifier.Literal(n)}, {Field(module, n)})"));

    /// <summary>All names that the guards look at.</summary>
    private static IEnumerable<string> Looked(CheckedModule module) =>
        module.Guards.SelectMany(g => NamesOf(g.Fact)
            .Concat(g.Cases.SelectMany(c => c).Where(b => b.Text is null).SelectMany(b => NamesOf(b.Truth))));

    private static IEnumerable<string> NamesOf(Fact fact) => fact.Left.Names.Concat(fact.Right.Names);

    private static IEnumerable<string> NamesOf(Truth truth) => truth switch
    {
        Truth.Flag flag => [flag.Name],
        Truth.Comparison comparison => NamesOf(comparison.Fact),
        Truth.Not not => NamesOf(not.Inner),
        Truth.Both both => NamesOf(both.Left).Concat(NamesOf(both.Right)),
        Truth.Either either => NamesOf(either.Left).Concat(NamesOf(either.Right)),
        _ => [],
    };

    /// <summary>All names that the inputs bind.</summary>
    private static List<string> NamesOf(CheckedModule module)
    {
        var bound = new List<string>();
        var inputs = module.Inputs ?? default;
        for (var i = 0; i < Math.Min(inputs.Count, module.Model.Forward.Inputs.Count); i++)
        {
            // An optional input binds no names: they would be unknown without it.
            if (module.Model.Forward.Inputs[i].IsTensor && !IsNullable(module.Model.Forward.Inputs[i]))
            {
                bound.AddRange(inputs[i].Dims.Select(d => Free(module, d)).OfType<string>().Concat(Solved(module, i).Select(s => s.Name))
                    .Where(n => IsUsed(module, n)).Distinct().Where(n => !bound.Contains(n)).ToArray());
            }
        }

        return bound;
    }

    /// <summary>The sizes whose names only a later input binds, looked at when all are bound.</summary>
    private static List<string> Late(CheckedModule module, Shape shape, string value, IReadOnlyList<string> before,
        IReadOnlyList<string> bound)
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
        var tests = Tests(module, value, shape, bound);
        if (IsNullable(input))
        {
            tests = [$"{value} is not null && ({string.Join(" || ", tests)})"];
        }

        Throw(writer, module, value, input.Name, shape, tests, bound);
        if (IsNullable(input))
        {
            return;
        }

        for (var i = 0; i < shape.Dims.Count; i++)
        {
            if (Free(module, shape.Dims[i]) is { } name && !bound.Contains(name) && IsUsed(module, name))
            {
                bound.Add(name);
                writer.Line($"var {Local(module, name)} = {Size(value, shape, i)};");
            }
        }

        foreach (var solved in Solved(module, Array.IndexOf([.. module.Model.Forward.Inputs], input)).Where(s => IsUsed(module, s.Name)))
        {
            if (Expression(module, solved.Others, bound, Here(module, shape, []), value, shape) is not { } others)
            {
                continue;
            }

            var size = others == "0L" ? Size(value, shape, solved.Dim) : $"({Size(value, shape, solved.Dim)} - ({others}))";
            bound.Add(solved.Name);
            writer.Line(
                $"var {Local(module, solved.Name)} = "
                + $"{size}{(solved.Factor == 1 ? "" : $" / {DimText.ToCSharp(Dim.Of(solved.Factor), static n => n)}")};");
            writer.Block($"if ({Local(module, solved.Name)} < 1L)", () =>
                writer.Line(
                    $"throw {Names.ShapeGuard}.Fact(this, {Identifier.Literal(module.Model.Type.Name)}, "
                    + $"{Identifier.Literal($"{solved.Name} >= 1")}{Bound(module, bound)});"));
            writer.Line();
        }
    }

    /// <summary>The names that an input tells by an equation.</summary>
    private static IEnumerable<SolvedName> Solved(CheckedModule module, int input) =>
        SolvedName.Of(module.Model, [.. module.Inputs ?? default], [.. module.FreeNames]).Where(s => s.Input == input);

    private static void Throw(SourceWriter writer, CheckedModule module, string value, string input, Shape shape,
        IReadOnlyList<string> tests, IReadOnlyList<string> bound)
    {
        writer.Block($"if ({string.Join(" || ", tests)})", () => writer.Line(
            $"throw {Names.ShapeGuard}.Mismatch(this, {Identifier.Literal(module.Model.Type.Name)}, {Identifier.Literal(input)}, "
            + $"{Identifier.Literal(shape.ToShapeString())}, "
            + $"{value}{Bound(module, bound)}{KeptIn(module, shape.Dims.SelectMany(d => d.Names))});"));
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
            else if (Remainder(module, shape.Dims[i], bound, here, value, shape) is var (factor, rest))
            {
                tests.Add(rest == "0L" ? $"{Size(value, shape, i)} % {factor} != 0"
                    : $"({Size(value, shape, i)} - ({rest})) % {factor} != 0");
            }
        }

        return tests;
    }

    /// <summary>Of <c>4*E+1</c> with no other value for E: what is left after division is known all the same.</summary>
    private static (string Factor, string Others)? Remainder(CheckedModule module, Dim dim, IReadOnlyList<string> bound,
        Dictionary<string, int> here, string value, Shape shape) =>
        !dim.IsUnknown && dim.Names.Where(n => !bound.Contains(n) && !here.ContainsKey(n) && !IsKept(module, n)).ToArray() is [var open]
            && Unification.Linear(dim, open) is ({ Constant: { } factor and not (0 or 1 or -1) }, var others)
            && Expression(module, others, bound, here, value, shape) is { } rest
            ? (DimText.ToCSharp(Dim.Of(factor), static n => n)!, rest)
            : null;

    private static string? Condition(CheckedModule module, Fact fact, IReadOnlyList<string> bound)
    {
        var left = Expression(module, fact.Left, bound, [], "", Shape.UnknownRank);
        var right = Expression(module, fact.Right, bound, [], "", Shape.UnknownRank);
        return left is null || right is null ? null : $"{left} {fact.Operator} {right}";
    }

    /// <summary>C# for a size, where all its names have values by then.</summary>
    private static string? Expression(CheckedModule module, Dim dim, IReadOnlyList<string> bound, Dictionary<string, int> here,
        string value, Shape shape)
    {
        if (dim.IsUnknown || !dim.Names.All(n => bound.Contains(n) || here.ContainsKey(n) || IsKept(module, n)))
        {
            return null;
        }

        return DimText.ToCSharp(dim, name => bound.Contains(name) ? Local(module, name) : here.TryGetValue(name, out var at)
            ? Size(value, shape, at) : Field(module, name));
    }

    /// <summary>A name is worth a local if another input, a condition or the result's check looks at it.</summary>
    private static bool IsUsed(CheckedModule module, string name) =>
        (module.Inputs ?? default).Count(i => i.Dims.Any(d => d.Names.Contains(name))) > 1
        || module.Conditions.Any(c => NamesOf(c).Contains(name))
        || Looked(module).Contains(name)
        || (ChecksOutput(module) && module.Outputs!.Value.Any(o => o.Dims.Any(d => d.Names.Contains(name))));

    private static string? Free(CheckedModule module, Dim dim) => module.FreeNames.FirstOrDefault(n => dim.Equals(Dim.Name(n)));

    /// <summary>The sizes of the primary constructor that a guard looks at are kept in fields: a captured parameter would be a state of its
    /// own.</summary>
    public static void AddFields(SourceWriter writer, CheckedModule module, List<Action> sections)
    {
        var names = KeptNames(module);
        if (names.Count > 0)
        {
            sections.Add(() =>
            {
                foreach (var name in names)
                {
                    var value = !IsKept(module, name) ? $"{Identifier.Of(name)} ? 1L : 0L"
                        : !module.PositiveSizes.Contains(name) ? Identifier.Of(name)
                        : $"{Names.ShapeGuard}.Size({Identifier.Literal(module.Model.Type.Name)}, {Identifier.Literal(name)}, "
                            + $"{Identifier.Of(name)})";
                    writer.Line($"private readonly long {Kept(name)} = {value};");
                }
            });
        }
    }

    /// <summary>The parameters of the primary constructor that have such a field.</summary>
    public static IReadOnlyList<string> KeptNames(CheckedModule module) => module.Model.Constructor.Kind != ConstructorKind.Primary ? [] :
        [.. Guarded(module).Where(n => IsKept(module, n) || module.Model.Constructor.Names.Any(p => p.Name == n && p.IsBoolean))
            .Concat(module.Inferred.SelectMany(i => i.Size.Names)).Distinct()];

    /// <summary>The names that guards look at.</summary>
    private static IEnumerable<string> Guarded(CheckedModule module) =>
        !module.IsGuarded || module.Model.Forward.Kind is not (ForwardKind.Chain or ForwardKind.Method)
        ? []
        : (module.Inputs ?? default).Concat(module.Outputs is { } outputs && ChecksOutput(module) ? outputs : []).SelectMany(s => s.Dims)
            .SelectMany(d => d.Names)
            .Concat(module.Conditions.SelectMany(NamesOf))
            .Concat(Looked(module));

    private static bool IsKept(CheckedModule module, string name) =>
        module.Model.Constructor.Names.Any(p => p.Name == name && p.IsInteger
            && (module.Model.Constructor.Kind == ConstructorKind.Primary || p.Field is not null));

    /// <summary>The field of a size, or of a member that is one: <c>__config__Dim</c>.</summary>
    public static string Kept(string name) => $"__{name.Replace(".", "__")}";

    /// <summary>The generated field of a primary constructor's parameter, or the field in which the user keeps it.</summary>
    private static string Field(CheckedModule module, string name) =>
        module.Model.Constructor.Kind == ConstructorKind.Primary ? Kept(name)
            : Locals.Member(module.Model, module.Model.Constructor.Names.First(p => p.Name == name).Field!);

    /// <summary>Named dimensions become locals; the prefix keeps them apart from parameters and fields.</summary>
    private static string Local(CheckedModule module, string name) => Locals.Of(module, $"size{name}");

    private static string Size(string value, Shape shape, int index) =>
        shape.HasVariadic ? $"{value}.size({index - shape.Dims.Count})" : $"{value}.size({index})";

    private static string Bound(CheckedModule module, IEnumerable<string> bound) =>
        string.Concat(bound.Select(n => $", ({Identifier.Literal(n)}, {Local(module, n)})"));
}
