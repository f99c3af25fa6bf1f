using System.Text.Json;
using System.Text.RegularExpressions;
using Gen.Tests.CodeFixes;
using Gen.Tests.Docs;

namespace Gen.Tests.Package;

/// <summary><c>dotnet format analyzers</c> in a user's project: it loads the fixes from the package, and makes each.</summary>
[Collection("Package")]
public sealed class FormatTests(Feed feed)
{
    /// <summary>Where the page's wrong example has no fix, or one after which another diagnostic is reported.</summary>
    private static readonly Dictionary<string, string> Wrong = new()
    {
        ["GEN0003"] = """
            [Shape("B 4 8 8 -> B 8 8 8")]
            public partial class Net
            {
                [Layer(4, 8, kernel_size: 3, padding: 1)] private readonly Conv2d conv;
            }
            """,
        ["GEN0005"] = """
            [Shape("B 4 -> B 2")]
            public partial class Net
            {
                [Layer(4, 2)] private readonly Linear fc;

                Tensor forward(Tensor x) => fc.call(x);
            }
            """,
        ["GEN1004"] = """
            [Shape("B 6 4")]
            public partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;

                private Tensor Forward(Tensor x) => fc.call(x).transpose(1, 2).view(-1, 24);
            }
            """,
        ["GEN2002"] = """
            [Shape("B T d -> B T d")]
            public partial class Net
            {
                [Layer] private readonly Linear fc;
                private readonly long heads;

                public Net(long d, long heads)
                {
                    fc = Linear(d, d);
                    this.heads = heads;
                }

                private Tensor Forward(Tensor x) =>
                    fc.call(x).view(x.shape[0], x.shape[1], heads, x.shape[2] / heads).flatten(2);
            }
            """,
        ["GEN4013"] = """
            [Shape("B T 4")]
            public partial class Net
            {
                [Layer(4, 4)] private readonly Linear fc;

                private Tensor Forward(Tensor x) => fc.call(x).transpose(1, 2).view(x.shape[0], -1);
            }
            """,
        ["GEN4001"] = """
            [Shape("B 4 -> B 8")]
            public partial class Net
            {
                [Layer(4, 8)] private readonly Linear fc;
                private readonly BatchNorm1d norm = BatchNorm1d(8);
            }

            public sealed class HandWritten : Module<Tensor, Tensor>
            {
                private readonly Linear fc = Linear(8, 2);

                public HandWritten() : base("HandWritten") { }

                public override Tensor forward(Tensor input) => fc.call(input);
            }
            """,
    };

    [Fact]
    public void Each_fix_is_made_in_one_run_and_the_project_builds()
    {
        var ids = FixHarness.Fixes.SelectMany(f => f.FixableDiagnosticIds).Distinct().Order(StringComparer.Ordinal).ToArray();
        var consumer = new Consumer(feed, "format").Project("Models", executable: false, items: Sources.ImplicitUsings,
            properties: "<ErrorLog>reported.sarif,version=2.1</ErrorLog>");
        var before = ids.ToDictionary(id => id, id => $"namespace {id};\n\n{Wrong.GetValueOrDefault(id) ?? Example(id)}");
        foreach (var (id, source) in before)
        {
            consumer.Write($"Models/{id}.cs", source);
        }

        consumer.Restore("Models").Format("Models/Models.csproj", ["--no-restore", "--severity", "info", "--diagnostics", .. ids]);
        Assert.All(before, f => Assert.NotEqual(f.Value, File.ReadAllText(consumer.PathOf($"Models/{f.Key}.cs"))));

        var build = consumer.Build("Models", "--no-restore");
        Assert.True(build.Code == 0 && build.Output.Contains("0 Warning(s)", StringComparison.Ordinal), build.Output);
        Assert.Equal([], Reported(consumer.PathOf("Models/reported.sarif")).Intersect(ids));
    }

    private static string Example(string id) => Regex.Match(Page.Text($"docs/diagnostics/{id}.md"),
        "## Wrong\n\n```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

    /// <summary>Everything that the build reported, notes too.</summary>
    private static IEnumerable<string> Reported(string log)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(log));
        return [.. document.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
            .Select(r => $"{r.GetProperty("ruleId")}")];
    }
}
