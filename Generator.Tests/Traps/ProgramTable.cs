using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Gen.Tests.Traps;

/// <summary>Many small programs, each in a namespace of its own, compiled, analyzed and loaded together.</summary>
internal sealed class ProgramTable
{
    private readonly IReadOnlyList<(string Name, string Source)> programs;
    private readonly Lazy<ILookup<int, Diagnostic>> diagnostics;
    private readonly Lazy<Assembly> assembly;

    public ProgramTable(IEnumerable<(string Name, string Source)> programs, string more = "")
    {
        this.programs = [.. programs];
        var sources = this.programs.Select((p, i) => $"namespace P{i}\n{{\n{p.Source}\n}}\n").Append(more).ToArray();
        var compilation = new Lazy<Compilation>(() =>
        {
            Compilations.Driver().RunGeneratorsAndUpdateCompilation(Compilations.Of(sources), out var output, out _);
            return output;
        });
        diagnostics =
            new(() => Compilations.Diagnose(compilation.Value).ToLookup(d => Array.IndexOf(sources, d.Location.SourceTree!.ToString())));
        assembly = new(() => Compilations.Load(compilation.Value));
    }

    public TheoryData<string> Names => [.. programs.Select(p => p.Name)];

    public IReadOnlyList<Diagnostic> Diagnostics(string name) => [.. diagnostics.Value[Index(name)]];

    public Type Type(string program, string name) => assembly.Value.GetType($"P{Index(program)}.{name}", throwOnError: true)!;

    public Type Type(string name) => assembly.Value.GetType(name, throwOnError: true)!;

    private int Index(string name) => programs.Select((p, i) => (p.Name, i)).Single(p => p.Name == name).i;
}
