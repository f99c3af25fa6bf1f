using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Tests.Analyzers;

/// <summary>What the compiler and the editor say of fields that generated code fills or reads, before it is there; and what they go on
/// saying.</summary>
public sealed class SuppressorTests
{
    private const string WithSizesOfTheConstructor =
        """
        [Shape("B channels H W -> B 4 H W")]
        public partial class Net(int channels, int wide)
        {
            [Layer] private readonly Conv2d conv = Conv2d(channels, wide, 3, padding: 1);
            [Layer] internal readonly BatchNorm2d norm;
            [Layer(-1, 4, 1)] internal readonly Conv2d mix;
            public object Get => (norm, mix);
        }
        """;

    [Theory]
    [InlineData("CS0649", """public partial class Net { [Layer(4, 2)] internal readonly Linear fc; public object Get => fc; }""")]
    [InlineData("CS0169", """public partial class Net { [Layer(4, 2)] private readonly Linear fc; }""")]
    [InlineData("CS8618", """public partial class Net { [Layer(4, 2)] private readonly Linear fc; }""")]
    [InlineData("CS8618",
        """
        public partial class Net { [Layer(4, 2)] private readonly Linear fc; public Net(int n) { Size = n; } public int Size { get; } }
        """)]
    [InlineData("CS8618", WithSizesOfTheConstructor)]
    [InlineData("CS0649", WithSizesOfTheConstructor)]
    [InlineData("CS9113",
        """[Shape("B d -> B 2")] public partial class Net(int d) { [Layer(-1, 2)] private readonly Linear fc = null!; }""")]
    [InlineData("CS9113",
        """
        [Shape("B H -> B H", Where = "H <= most")] public partial class Net(int most) { [Layer] private readonly ReLU relu = ReLU(); }
        """)]
    [InlineData("CS9113",
        """
        public partial class Net(int d)
        {
            [Layer] private readonly ReLU relu = ReLU();
            [return: Shape("B d")] private Tensor Forward([Shape("B d")] Tensor x) => relu.call(x);
        }
        """)]
    [InlineData("IDE0044", """public partial class Net { [Layer(4, 2)] private Linear fc; }""")]
    [InlineData("IDE0044",
        """
        public partial class Net
        {
            [Parameter] private Parameter scale = Parameter(ones(1));
            private Tensor Forward(Tensor x) => x * scale;
        }
        """)]
    [InlineData("IDE0044",
        """public partial class Net { [Buffer] private Tensor scale = ones(1); private Tensor Forward(Tensor x) => x * scale; }""")]
    [InlineData("IDE0051", """public partial class Net { [Layer(4, 2)] private readonly Linear fc; }""")]
    [InlineData("IDE0051",
        """
        public partial class Net { [Layer] private readonly Linear fc = Linear(4, 2); private Tensor Forward(Tensor x) => fc.call(x); }
        """)]
    public void Is_silenced(string id, string source) => Assert.All(Found(id, source), d => Assert.True(d.IsSuppressed, d.ToString()));

    /// <summary>The field is not filled, or not by generated code.</summary>
    [Theory]
    [InlineData("CS0649",
        """
        public partial class Net
        {
            [Layer] private readonly Linear fc = Linear(4, 2);
            internal readonly string name2;
            public object Get => name2;
        }
        """)]
    [InlineData("CS0649", """public class Net { [Layer(4, 2)] internal readonly Linear fc; public object Get => fc; }""")]
    [InlineData("CS0649", """public partial class Net { [Layer(4)] internal readonly Linear fc; public object Get => fc; }""")]
    [InlineData("CS0649",
        """
        public partial class Net
        {
            [Layer(4, 2)] private readonly Linear fc;
            [Parameter] internal Parameter scale;
            public object Get => scale;
        }
        """)]
    [InlineData("CS0169", """public partial class Net { [Layer(4, 2)] private readonly Tensor fc; }""")]
    [InlineData("CS0169",
        """public partial class Net { [Layer] private readonly Linear fc = Linear(4, 2); private readonly Linear other; }""")]
    [InlineData("CS8618",
        """public partial class Net { [Layer] private readonly Linear fc = Linear(4, 2); private readonly Linear other; }""")]
    [InlineData("CS8618",
        """
        public partial class Net
        {
            [Layer] private readonly Linear fc = Linear(4, 2);
            private readonly string title;
            public Net(int n) { Size = n; }
            public int Size { get; }
        }
        """)]
    [InlineData("CS9113",
        """[Shape("B 4 -> B 2")] public partial class Net(int d) { [Layer] private readonly Linear fc = Linear(4, 2); }""")]
    [InlineData("CS9113", """public class Plain(int d) { }""")]
    [InlineData("IDE0044", """public partial class Net { [Layer] private readonly Linear fc = Linear(4, 2); private int count; }""")]
    [InlineData("IDE0044", """public partial class Net { [Layer] private Linear fc = Linear(4, 2); }""")]
    [InlineData("IDE0051",
        """public partial class Net { [Layer] private readonly Linear fc = Linear(4, 2); private int count; private void Helper() { } }""",
        "count", "Helper")]
    [InlineData("IDE0051", """public class Plain { private Tensor Forward(Tensor x) => x; }""")]
    public void Is_not_silenced(string id, string source, params string[] at)
    {
        var left = Found(id, source).Where(d => !d.IsSuppressed).ToArray();
        Assert.NotEmpty(left);
        Assert.Equal(at, at.Length == 0 ? [] : left.Select(d => d.Location.SourceTree!.GetText().ToString(d.Location.SourceSpan)));
    }

    private static Diagnostic[] Found(string id, string source)
    {
        var compilation = Compilations.Of(source);
        var analysers = Compilations.Analyzers().Append(new EditorHints()).ToImmutableArray();
        var found =
            compilation.WithAnalyzers(analysers, new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null,
                concurrentAnalysis: true, logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: true))
            .GetAllDiagnosticsAsync().GetAwaiter().GetResult().Where(d => d.Id == id).OrderBy(d => d.Location.SourceSpan.Start).ToArray();
        Assert.NotEmpty(found);
        return found;
    }

    /// <summary>The editor's own analyzers come with the editor: this one says the same of every private field that is not readonly, and of
    /// every private member.</summary>
#pragma warning disable RS1036, RS1038, RS1041, RS2008 // It is no analyzer that anybody loads.
    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    private sealed class EditorHints : DiagnosticAnalyzer
    {
        private static readonly DiagnosticDescriptor Readonly =
            new("IDE0044", "Make field readonly", "", "Style", DiagnosticSeverity.Info, isEnabledByDefault: true);
        private static readonly DiagnosticDescriptor Unused =
            new("IDE0051", "Remove unused private member", "", "Style", DiagnosticSeverity.Info, isEnabledByDefault: true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Readonly, Unused];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterSyntaxNodeAction(Field, SyntaxKind.FieldDeclaration);
            context.RegisterSyntaxNodeAction(c => c.ReportDiagnostic(
                Diagnostic.Create(Unused, ((MethodDeclarationSyntax)c.Node).Identifier.GetLocation())), SyntaxKind.MethodDeclaration);
        }

        private static void Field(SyntaxNodeAnalysisContext context)
        {
            var field = (FieldDeclarationSyntax)context.Node;
            foreach (var variable in field.Declaration.Variables)
            {
                context.ReportDiagnostic(Diagnostic.Create(Unused, variable.Identifier.GetLocation()));
                if (!field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Readonly, variable.Identifier.GetLocation()));
                }
            }
        }
    }
#pragma warning restore
}
