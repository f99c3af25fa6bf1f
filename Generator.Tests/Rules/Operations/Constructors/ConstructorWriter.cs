using System.Globalization;
using System.Text;

namespace Gen.Tests.Rules.Operations.Constructors;

/// <summary>Writes a module whose constructors set its members anew: in branches, loops, methods, by reference, one constructor after the
/// other.</summary>
internal sealed class ConstructorWriter(int number)
{
    private readonly Random random = new(number);
    private int locals;

    public string Write()
    {
        var text = new StringBuilder();
        // A constructor that leaves a field to Build is warned of, rightly.
        text.AppendLine(CultureInfo.InvariantCulture, $$"""
            #nullable disable warnings
            public sealed partial class Inner{{number}}
            {
                [Layer] private Linear fc = {{Value("fc")}};
                public Inner{{number}}(bool a) { {{(One(2) ? "if (a) " : "")}}fc = {{Value("fc")}}; }
                private Tensor Forward(Tensor x) => fc.call(x);
            }

            [Shape("B 6 -> B _")]
            public sealed partial class Net{{number}}
            {
                {{(One(3) ? "[Layer(6, 3)] private Linear fc;" : $"[Layer] private Linear fc = {Value("fc")};")}}
                [Layer] private Linear back = {{Value("back")}};
                [Parameter] private Parameter scale = {{Value("scale")}};
                [Buffer] private Tensor offset = {{Value("offset")}};
                [Layer] private Inner{{number}} inner = {{Value("inner")}};
            """);
        text.AppendLine(CultureInfo.InvariantCulture,
            $"    public Net{number}(bool a, bool b, int n) {{ {Statements(2, hasParameters: true)} }}");
        if (One(2))
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"    public Net{number}(){(One(2) ? " : this(true, false, 2)" : "")} {{ {Statements(1, hasParameters: false)} }}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $$"""
                private void Build() { {{Statements(0, hasParameters: false)}} }
                private static void Replace(ref Linear layer) => layer = {{Value("fc")}};
                private Tensor Forward(Tensor x) => back.call(fc.call(x * scale + offset)) + inner.call(x).sum();
            }
            """);
        return text.ToString();
    }

    private bool One(int of) => random.Next(of) == 0;

    private string Value(string member) => member switch
    {
        "fc" => One(8) ? "Linear(6, 5)" : One(2) ? "Linear(6, 3)" : "Linear(6, 3, hasBias: false)",
        "back" => One(8) ? "Linear(5, 2)" : One(2) ? "Linear(3, 2)" : "Linear(3, 4)",
        "scale" => One(2) ? "new Parameter(ones(6))" : "new Parameter(ones(1))",
        "offset" => One(10) ? "zeros(4)" : One(2) ? "zeros(6)" : "zeros(1, 6)",
        _ => $"new Inner{number}({(One(2) ? "true" : "false")})",
    };

    private string Statements(int depth, bool hasParameters) =>
        string.Join(" ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Statement(depth, hasParameters)));

    private string Statement(int depth, bool hasParameters)
    {
        var member = new[] { "fc", "back", "scale", "offset", "inner" }[random.Next(5)];
        var (condition, number) = hasParameters ? (One(2) ? "a" : One(2) ? "b" : "n > 1", "n")
            : ("Environment.ProcessorCount > 0", "Environment.ProcessorCount");
        return random.Next(depth > 0 ? 10 : 3) switch
        {
            1 when hasParameters => $"{member} = {condition} ? {Value(member)} : {Value(member)};",
            2 when depth > 0 => One(2) ? "Build();" : "Replace(ref fc!);",
            3 => $"if ({condition}) {{ {Statements(depth - 1, hasParameters)} }}",
            4 => $"if ({condition}) {{ {Statements(depth - 1, hasParameters)} }} else {{ {Statements(depth - 1, hasParameters)} }}",
            5 => $"for (var i{++locals} = 0; i{locals} < 2; i{locals}++) {{ {member} = {Value(member)}; }}",
            6 => $"switch ({number}) {{ case 1: {member} = {Value(member)}; break; default: {Statement(0, hasParameters)} break; }}",
            7 => $"try {{ {Statement(0, hasParameters)} }} finally {{ {member} = {Value(member)}; }}",
            8 => $"if ({condition}) {{ {member} = {Value(member)}; return; }}",
            9 => $"void Set{++locals}() {{ {member} = {Value(member)}; }} Set{locals}();",
            _ => $"{member} = {Value(member)};",
        };
    }
}
