using Gen.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Reading;

/// <summary>Chooses the factory's overload for an attribute's arguments, as the compiler would for a call with them.</summary>
internal static class Overloads
{
    public static (IMethodSymbol Method, EquatableArray<Argument> Values, EquatableArray<ArgumentText> Call)? Choose(
        Compilation compilation, IReadOnlyList<IMethodSymbol> candidates, IReadOnlyList<TypedConstant> arguments, out Misfit? problem)
    {
        problem = null;
        if (candidates.Count == 0)
        {
            problem = new Misfit(FindingKind.NoFactory, 0, null);
            return null;
        }

        Misfit? nearest = null;
        (IMethodSymbol Method, string[] Texts, int Cost)? best = null;
        foreach (var candidate in candidates.OrderBy(c => c.Parameters.Length))
        {
            if (Bind(compilation, candidate, arguments, out var cost, out var misfit) is not { } texts)
            {
                if (nearest is null || misfit!.Index > nearest.Index)
                {
                    nearest = misfit;
                }
            }
            else if (best is null || cost < best.Value.Cost)
            {
                best = (candidate, texts, cost);
            }
        }

        if (best is not { } chosen)
        {
            problem = nearest;
            return null;
        }

        var parameters = chosen.Method.Parameters;
        var values = parameters.Select((p, i) => i < arguments.Count
            ? new Argument(p.Name, ValueOf(arguments[i]), arguments[i].ToCSharpString())
            : new Argument(p.Name, p.HasExplicitDefaultValue ? ValueReader.Constant(p.ExplicitDefaultValue, Underlying(p.Type)) : Missing,
                null)).ToEquatableArray();
        var call = parameters
            .Select((p, i) => (p, i))
            .Where(x => x.i < arguments.Count || !x.p.HasExplicitDefaultValue)
            .Select(x => new ArgumentText(x.p.Name, x.i < arguments.Count ? chosen.Texts[x.i] : null))
            .ToEquatableArray();
        return (chosen.Method, values, call);
    }

    /// <summary><c>Linear(long inputSize, long outputSize, bool hasBias?)</c></summary>
    public static string Written(IMethodSymbol method, string name) =>
        $"{name}({string.Join(", ", method.Parameters.Select(Written))})";

    private static string Written(IParameterSymbol parameter) =>
        parameter.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)
        + $" {parameter.Name}{(parameter.HasExplicitDefaultValue ? "?" : "")}";

    /// <summary>A required size that was not written is to be inferred, as if -1 stood there.</summary>
    private static readonly Value Missing = new Value.Integer(Shapes.Dim.Of(-1));

    private static string[]? Bind(Compilation compilation, IMethodSymbol method, IReadOnlyList<TypedConstant> arguments, out int cost,
        out Misfit? misfit)
    {
        cost = 0;
        misfit = null;
        if (arguments.Count > method.Parameters.Length)
        {
            misfit = new Misfit(FindingKind.TooManyArguments, 0, method);
            return null;
        }

        var texts = new string[arguments.Count];
        for (var i = 0; i < arguments.Count; i++)
        {
            if (Convert(compilation, arguments[i], method.Parameters[i].Type, out var step) is not { } text)
            {
                misfit = new Misfit(FindingKind.ArgumentOfWrongType, i, method);
                return null;
            }

            texts[i] = text;
            cost += step;
        }

        for (var i = arguments.Count; i < method.Parameters.Length; i++)
        {
            // Only one missing size can be inferred, and only an integer is a size.
            var parameter = method.Parameters[i];
            if (!parameter.HasExplicitDefaultValue && (arguments.Count > 0 || i > 0 || !ValueReader.IsInteger(parameter.Type)))
            {
                misfit = new Misfit(FindingKind.TooFewArguments, i, method);
                return null;
            }
        }

        cost += method.Parameters.Length - arguments.Count;
        return texts;
    }

    /// <summary>The constant as C# of the parameter's type; null where it does not convert.</summary>
    private static string? Convert(Compilation compilation, TypedConstant argument, ITypeSymbol target, out int cost)
    {
        cost = 0;
        target = Underlying(target);
        if (argument.IsNull)
        {
            return target.IsReferenceType || target.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T ? "null" : null;
        }

        if (argument.Kind == TypedConstantKind.Array)
        {
            return ConvertList(compilation, argument, target);
        }

        if (argument.Type is null || argument.Kind is not (TypedConstantKind.Primitive or TypedConstantKind.Enum))
        {
            return null;
        }

        if (Known(argument.Type.SpecialType, target.SpecialType) is { } known)
        {
            cost = known < 0 ? 0 : known;
            return known < 0 ? null : Literal(argument, target);
        }

        var conversion = compilation.ClassifyConversion(argument.Type, target);
        if (!conversion.IsImplicit || conversion.IsUserDefined || conversion.IsBoxing)
        {
            return null;
        }

        cost = conversion.IsIdentity ? 0 : target.SpecialType is SpecialType.System_Double or SpecialType.System_Single ? 2_000 : 1_000;
        return Literal(argument, target);
    }

    /// <summary>The cost between the types that most arguments have; -1 for none, null where the compiler is asked.</summary>
    private static int? Known(SpecialType given, SpecialType needed) => (given, needed) switch
    {
        (SpecialType.System_Int32, SpecialType.System_Int64) => 1_000,
        (SpecialType.System_Int32, SpecialType.System_Double or SpecialType.System_Single) => 2_000,
        (SpecialType.System_Int32 or SpecialType.System_Double or SpecialType.System_Boolean, _) when given == needed => 0,
        (SpecialType.System_Int32 or SpecialType.System_Double, SpecialType.System_Boolean) => -1,
        (SpecialType.System_Boolean, SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Double) => -1,
        (SpecialType.System_Double, SpecialType.System_Int32 or SpecialType.System_Int64) => -1,
        _ => null,
    };

    private static string? ConvertList(Compilation compilation, TypedConstant argument, ITypeSymbol target)
    {
        var (items, open, close) = target switch
        {
            IArrayTypeSymbol { Rank: 1 } array => (Enumerable.Repeat(array.ElementType, argument.Values.Length).ToArray(),
                $"new {LayerReader.Name(array.ElementType)}[] {{ ", " }"),
            INamedTypeSymbol { IsTupleType: true } tuple when tuple.TupleElements.Length == argument.Values.Length =>
                (tuple.TupleElements.Select(e => e.Type).ToArray(), "(", ")"),
            _ => (null, "", ""),
        };
        if (items is null)
        {
            return null;
        }

        var texts = argument.Values.Select((v, i) => Convert(compilation, v, items[i], out _)).ToArray();
        return texts.Any(t => t is null) ? null : open + string.Join(", ", texts) + close;
    }

    private static string Literal(TypedConstant argument, ITypeSymbol target)
    {
        if (argument.Kind == TypedConstantKind.Enum)
        {
            return $"({LayerReader.Name(argument.Type!)})"
                + SymbolDisplay.FormatPrimitive(argument.Value!, quoteStrings: true, useHexadecimalNumbers: false);
        }

        var text = SymbolDisplay.FormatPrimitive(argument.Value!, quoteStrings: true, useHexadecimalNumbers: false)!;
        return argument.Value switch
        {
            double.PositiveInfinity => "double.PositiveInfinity",
            double.NegativeInfinity => "double.NegativeInfinity",
            double.NaN => "double.NaN",
            float.PositiveInfinity => "double.PositiveInfinity",
            float.NegativeInfinity => "double.NegativeInfinity",
            float.NaN => "double.NaN",
            double => text + "D",
            float f => ((double)f).ToString("R", System.Globalization.CultureInfo.InvariantCulture) + "D",
            byte or sbyte or short or ushort or int or uint or long =>
                target.SpecialType is SpecialType.System_Double or SpecialType.System_Single ? text + "D"
                    : target.SpecialType == SpecialType.System_Int64 ? text + "L" : text,
            _ => text,
        };
    }

    private static ITypeSymbol Underlying(ITypeSymbol type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0]
            : type;

    private static Value ValueOf(TypedConstant argument) => argument switch
    {
        { IsNull: true } => new Value.Null(),
        { Kind: TypedConstantKind.Array } => new Value.List(argument.Values.Select(ValueOf).ToEquatableArray()),
        _ => ValueReader.Constant(argument.Value, argument.Type),
    };
}

/// <summary>Why no overload takes the arguments: the one that came nearest, and where it stopped.</summary>
internal sealed record Misfit(FindingKind Kind, int Index, IMethodSymbol? Method)
{
    public Finding ToFinding(string layer, string type, IReadOnlyList<TypedConstant> arguments, IReadOnlyList<IMethodSymbol> candidates)
    {
        var signature = Method is null ? "" : Overloads.Written(Method, type);
        var at = Kind == FindingKind.ArgumentOfWrongType ? new Anchor(AnchorKind.Argument, layer, null, Index) : Anchor.Member(layer);
        return Kind switch
        {
            FindingKind.ArgumentOfWrongType => new Finding(Kind, at, layer, signature, Method!.Parameters[Index].Name,
                arguments[Index].ToCSharpString()),
            FindingKind.TooFewArguments => new Finding(Kind, at, layer, signature, Method!.Parameters[Index].Name),
            FindingKind.TooManyArguments => new Finding(Kind, at, layer, signature,
                arguments.Count.ToString(System.Globalization.CultureInfo.InvariantCulture),
                candidates.Max(c => c.Parameters.Length).ToString(System.Globalization.CultureInfo.InvariantCulture)),
            _ => new Finding(Kind, at, layer, type),
        };
    }
}
