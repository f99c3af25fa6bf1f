using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Analyzers;

/// <summary>Runs programs one after the other in a process of their own.</summary>
internal static class MistakeProcess
{
    /// <summary>What became of each program: <c>null</c> where it ran to its end, else what it threw or that it ended the
    /// process.</summary>
    public static IReadOnlyList<string?> Run(IReadOnlyList<Mistake> mistakes, Func<Mistake, string> source)
    {
        var folder = Directory.CreateTempSubdirectory("mistakes");
        try
        {
            var path = Path.Combine(folder.FullName, "programs.dll");
            Compile(mistakes, source, path);
            var outcomes = new List<string?>();
            while (outcomes.Count < mistakes.Count)
            {
                outcomes.AddRange(Start(path, outcomes.Count));
                if (outcomes.Count < mistakes.Count)
                {
                    outcomes.Add(Ended);
                }
            }

            return outcomes;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public const string Ended = "the process ended";

    /// <summary>What the process does: a line for each program, from a number on.</summary>
    public static int Run(string path, string from)
    {
        AssemblyLoadContext.Default.Resolving += (context,
            name) => context.LoadFromAssemblyPath(Path.Combine(Path.GetDirectoryName(path)!, name.Name + ".dll"));
        var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
        for (var i = int.Parse(from, System.Globalization.CultureInfo.InvariantCulture); assembly.GetType(
            $"P{i}.Program") is { } program; i++)
        {
            string outcome;
            try
            {
                using var scope = TorchSharp.torch.NewDisposeScope();
                program.GetMethod("Main")!.Invoke(null, null);
                outcome = "ran";
            }
            catch (TargetInvocationException e)
            {
                outcome = $"{e.InnerException!.GetType().Name}: {e.InnerException.Message.Split('\n')[0]}";
            }

            Console.Out.WriteLine($"\t{outcome}");
            Console.Out.Flush();
        }

        return 0;
    }

    /// <summary>All programs as one assembly, each in a namespace of its own, with the assemblies that they refer to beside it.</summary>
    private static void Compile(IReadOnlyList<Mistake> mistakes, Func<Mistake, string> source, string path)
    {
        var libraries = mistakes.DistinctBy(m => m.Library).Select(m => m.References())
            .OfType<(Compilation Compilation, MetadataReference Reference)>().ToArray();
        foreach (var (library, _) in libraries)
        {
            Emit(library, Path.Combine(Path.GetDirectoryName(path)!, library.AssemblyName + ".dll"));
        }

        var programs = Compilations.Of([.. mistakes.Select((m, i) => $"namespace P{i}\n{{\n{source(m)}\n}}\n")])
            .AddReferences(libraries.Select(l => l.Reference));
        Compilations.Driver().RunGeneratorsAndUpdateCompilation(programs, out var output, out _);
        Compilations.AssertClean(output);
        Emit(output, path);
    }

    private static void Emit(Compilation compilation, string path)
    {
        using var stream = File.Create(path);
        var result = compilation.Emit(stream);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));
    }

    private static IEnumerable<string?> Start(string path, int from)
    {
        using var process =
            Process.Start(new ProcessStartInfo("dotnet", [typeof(MistakeProcess).Assembly.Location, "mistakes", path,
                from.ToString(System.Globalization.CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.StartsWith('\t'));
        process.WaitForExit();
        return lines.Select(l => l[1..] == "ran" ? null : l[1..]);
    }
}
