using Gen.Checks;
using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;

namespace Gen.Emit;

/// <summary><c>ParameterCount</c> or <c>CountParameters</c>, and <c>MultiplyAdds</c>.</summary>
internal static class CountEmitter
{
    public static void Add(SourceWriter writer, CheckedModule module, List<Action> sections)
    {
        var occupied = module.Model.Occupied;
        if (module.ParameterCount.Constant is { } count && !occupied.Contains("ParameterCount"))
        {
            sections.Add(() => writer
                .Line($"/// <summary>The elements of all registered parameters: {Documentation.Number(module.ParameterCount)}.</summary>")
                .Line(Names.GeneratedCode)
                .Line($"public {New(module, "ParameterCount")}const long ParameterCount = {Literal(count)};"));
        }
        else if (!module.ParameterCount.IsUnknown && module.ParameterCount.Constant is null && !occupied.Contains("CountParameters")
            && Expression(module, module.ParameterCount) is { } parameters)
        {
            sections.Add(() => writer
                .Line(
                    $"/// <summary>The elements of all registered parameters: "
                    + $"<c>{Documentation.Escape(Documentation.Number(module.ParameterCount))}</c>.</summary>")
                .Line("/// <exception cref=\"global::System.OverflowException\">The number is larger than a long.</exception>")
                .Line(Names.GeneratedCode)
                .Line(
                    $"{module.Model.Constructor.Access} {New(module, "CountParameters")}static long "
                    + $"CountParameters({string.Join(", ", module.Model.Constructor.Parameters.Select(Parameter))}) => "
                    + $"checked({parameters});"));
        }

        if (!module.MultiplyAdds.IsUnknown && !occupied.Contains("MultiplyAdds") && Expression(module, module.MultiplyAdds) is { } cost)
        {
            var names = module.FreeNames.Select(n => $"long {Identifier.Of(n)}")
                .Concat(module.Model.Constructor.Parameters.Select(Parameter));
            sections.Add(() => writer
                .Line("/// <summary>")
                .Line(
                    $"/// The multiply-adds of one call: <c>{Documentation.Escape(Documentation.Number(module.MultiplyAdds))}</c>. "
                    + $"Weights of convolutions, linear and recurrent")
                .Line("/// layers times output positions; no bias, no normalisation, no activation.")
                .Line("/// </summary>")
                .Line("/// <exception cref=\"global::System.OverflowException\">The number is larger than a long.</exception>")
                .Line(Names.GeneratedCode)
                .Line(
                    $"{module.Model.Constructor.Access} {New(module, "MultiplyAdds")}static long "
                    + $"MultiplyAdds({string.Join(", ", names)}) => checked({cost});"));
        }
    }

    /// <summary>A derived class's numbers hide those of its base.</summary>
    public static string New(CheckedModule module, string member) => module.Hides.Contains(member) ? "new " : "";

    private static string Literal(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture) + "L";

    private static string Parameter(ConstructorParameter parameter) =>
        $"{(parameter.IsParams ? "params " : "")}{parameter.Type} {Identifier.Of(parameter.Name)}"
        + (parameter.Default is { } value ? $" = {value}" : "");

    /// <summary>Parameters of the constructor may be smaller than a long: each is widened, so that no product overflows early.</summary>
    private static string? Expression(CheckedModule module, Dim dim) =>
        dim.Names.Any(n => !module.FreeNames.Contains(n) && module.Model.Constructor.Names.All(p => p.Name != n)) ? null
            : DimText.ToCSharp(dim, name => module.Model.Constructor.Names.FirstOrDefault(p => p.Name == name) switch
    {
        { IsBoolean: true } => $"({Identifier.Of(name)} ? 1L : 0L)",
        { Type: not "long" } => $"(long){Identifier.Of(name)}",
        _ => Identifier.Of(name),
    });
}
