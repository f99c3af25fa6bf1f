using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Tests.Docs;

/// <summary>What the documentation shows is what happens: every program compiles, says what stands behind it, and prints what stands behind
/// it.</summary>
[Collection("TorchSharp")]
public sealed partial class PageTests
{
    private const string UsingsOfAProject = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Gen;
        """;

    public static TheoryData<string, int> Programs
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var name in Page.Names)
            {
                for (var i = 1; i <= Page.Read(name).Programs.Count; i++)
                {
                    data.Add(name, i);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_compiles_and_says_and_prints_what_stands_behind_it(string page, int number)
    {
        var program = Page.Read(page).Programs[number - 1];
        var compilation = Compile(program);
        var says = string.Join("\n", Compilations.Diagnose(compilation)
            .Select(d => $"{d.Id}  {d.GetMessage(CultureInfo.InvariantCulture)}"));
        program = Accepted(page, number, says, "");
        Assert.Equal(program.Says.TrimEnd('\n'), says);

        Compilations.Driver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out var problems);
        Assert.Empty(problems);
        Compilations.AssertClean(output);

        // What declares modules only, or is wrong on purpose, is not run.
        var prints = output.GetEntryPoint(CancellationToken.None) is null || program.Says.StartsWith("GEN1", StringComparison.Ordinal) ? ""
            : Run(output);
        AssertPrints(Accepted(page, number, says, prints), prints);
    }

    private static DocProgram Accepted(string page, int number, string says, string prints)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Page.Accept(page, number, says, prints);
        }

        return Page.Read(page).Programs[number - 1];
    }

    /// <summary>The first two blocks, wrong and right, have tests of their own; any other is right.</summary>
    [Fact]
    public void Every_block_of_a_diagnostics_page_is_its_wrong_or_its_right_example_or_right_too()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(SampleSources.Repository, "docs", "diagnostics"), "*.md"))
        {
            var programs = Page.Read($"docs/diagnostics/{Path.GetFileName(file)}").Programs;
            Assert.Equal(2, Regex.Count(File.ReadAllText(file).ReplaceLineEndings("\n"), "## (Wrong|Right)\n\n```csharp\n"));
            foreach (var program in programs.Skip(2))
            {
                Assert.Empty(Compilations.Diagnose(Compile(program)));
                Compilations.Generate([.. program.Blocks]);
            }
        }
    }

    [Fact]
    public void The_index_of_diagnostics_is_the_printed_one() => Assert.Equal(DiagnosticTable.Print(), Page.Text("docs/diagnostics.md"));

    /// <summary>Links between pages lead to files and headings that exist.</summary>
    [Fact]
    public void A_link_leads_somewhere()
    {
        foreach (var name in Page.Names.Concat(["CONTRIBUTING.md", "Generator.Tests/README.md", "Samples/Gpt/README.md",
            "Samples/Mnist/README.md", "Samples/Export/README.md"]))
        {
            foreach (Match link in Link().Matches(Regex.Replace(Page.Text(name), "^```.*?^```$", "",
                RegexOptions.Multiline | RegexOptions.Singleline)))
            {
                var target = link.Groups["target"].Value.Split('#');
                var path = target[0].Length == 0 ? name : Path.Combine(Path.GetDirectoryName(name)!, target[0]);
                Assert.True(Path.Exists(Path.Combine(SampleSources.Repository, path)), $"{name}: {link.Value}");
                Assert.True(target.Length == 1 || Headings(Page.Text(path)).Contains(target[1]), $"{name}: {link.Value}");
            }
        }
    }

    private static CSharpCompilation Compile(DocProgram program)
    {
        var hasUsings = program.Blocks.Any(b => b.StartsWith("using TorchSharp", StringComparison.Ordinal)
            && !b.StartsWith("using TorchSharp.PyBridge", StringComparison.Ordinal));
        var (usings, statements, declarations) = (new List<UsingDirectiveSyntax>(), new List<string>(), new List<string>());
        foreach (var block in program.Blocks)
        {
            var unit = SyntaxFactory.ParseCompilationUnit(block, options: Compilations.Parsing);
            usings.AddRange(unit.Usings);
            statements.AddRange(unit.Members.OfType<GlobalStatementSyntax>().Select(s => s.ToFullString()));
            declarations.Add(string.Concat(unit.Usings.Select(u => u.ToFullString()))
                + string.Concat(unit.Members.Where(m => m is not GlobalStatementSyntax).Select(m => m.ToFullString())));
        }

        var sources = declarations.AsEnumerable();
        if (statements.Count > 0)
        {
            sources = sources.Append(string.Concat(usings.Select(u => u.ToFullString().Trim()).Distinct().Select(u => u + "\n"))
                + string.Concat(statements));
        }

        var compilation = Compilations.Of([.. sources])
            .AddReferences(MetadataReference.CreateFromFile(typeof(TorchSharp.PyBridge.Safetensors).Assembly.Location));
        if (hasUsings)
        {
            compilation = compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[0],
                CSharpSyntaxTree.ParseText(UsingsOfAProject, Compilations.Parsing, path: "Usings.cs"));
        }

        return statements.Count == 0 ? compilation : compilation.WithOptions(
            compilation.Options.WithOutputKind(OutputKind.ConsoleApplication));
    }

    /// <summary>Runs a program in an empty folder and gives what it prints.</summary>
    private static string Run(Compilation compilation)
    {
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        stream.Position = 0;
        var main = new AssemblyLoadContext("page", isCollectible: true).LoadFromStream(stream).EntryPoint!;
        var (console, folder, work) = (Console.Out, Environment.CurrentDirectory, Directory.CreateTempSubdirectory("gen-page-"));
        using var printed = new StringWriter(CultureInfo.InvariantCulture);

        // What other tests have left to the collector is not in the numbers of live tensors that a program prints.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        try
        {
            Console.SetOut(printed);
            Environment.CurrentDirectory = work.FullName;
            main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()],
                CultureInfo.InvariantCulture);
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = folder;
            work.Delete(recursive: true);
        }

        return printed.ToString().ReplaceLineEndings("\n");
    }

    private static void AssertPrints(DocProgram program, string printed)
    {
        if (!program.PrintsAbout)
        {
            Assert.Equal(program.Prints, printed);
            return;
        }

        Assert.Equal(Number().Replace(program.Prints, "#"), Number().Replace(printed, "#"));
        foreach (var (shown, actual) in Number().Matches(program.Prints).Zip(Number().Matches(printed), (a, b) => (Value(a), Value(b))))
        {
            Assert.InRange(actual, shown - (0.2 * Math.Abs(shown)) - 1e-9, shown + (0.2 * Math.Abs(shown)) + 1e-9);
        }

        static double Value(Match match) => double.Parse(match.Value, CultureInfo.InvariantCulture);
    }

    /// <summary>The anchors that a site makes of headings.</summary>
    private static IEnumerable<string> Headings(string text) => Regex.Matches(text, "^#+ (.*)$", RegexOptions.Multiline)
        .Select(m => Regex.Replace(m.Groups[1].Value.Trim().ToLowerInvariant(), @"[^\p{L}\p{N} _-]", "").Replace(' ', '-'));

    [GeneratedRegex(@"\d+(\.\d+)?(e-?\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex(@"\]\((?!https?://)(?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
