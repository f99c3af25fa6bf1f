using Gen.Checks;
using Gen.Shapes;
using Gen.Symbols;


namespace Gen.Emit;

/// <summary>Facts about sizes that only an optional input tells.</summary>
internal static partial class GuardEmitter
{
    /// <summary>
    /// Such a fact is checked where that input is given: <c>if (past is not null &amp;&amp; !(past.size(1) + sizeT &lt;= 4L))</c>.
    /// </summary>
    private static void WhereGiven(SourceWriter writer, CheckedModule module, Fact fact, IReadOnlyList<string> bound)
    {
        var (inputs, parameters) = (module.Inputs ?? default, module.Model.Forward.Inputs);
        for (var i = 0; i < Math.Min(inputs.Count, parameters.Count); i++)
        {
            if (!parameters[i].IsTensor || !IsNullable(parameters[i]) || inputs[i].IsUnknownRank)
            {
                continue;
            }

            var (value, shape, here) = (Identifier.Of(parameters[i].Name), inputs[i], Here(module, inputs[i], bound));
            if (Expression(module, fact.Left, bound, here, value, shape) is { } left
                && Expression(module, fact.Right, bound, here, value, shape) is { } right)
            {
                var told = string.Concat(here.Where(h => NamesOf(fact).Contains(h.Key))
                    .Select(h => $", ({Identifier.Literal(h.Key)}, {Size(value, shape, h.Value)})"));
                writer.Block($"if ({value} is not null && !({left} {fact.Operator} {right}))", () =>
                    writer.Line(
                        $"throw {Names.ShapeGuard}.Fact(this, {Identifier.Literal(module.Model.Type.Name)}, "
                        + $"{Identifier.Literal(fact.ToString())}{Bound(module, bound)}{told}{KeptIn(module, fact)});"));
                writer.Line();
                return;
            }
        }
    }
}
