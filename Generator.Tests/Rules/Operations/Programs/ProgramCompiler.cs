using System.Globalization;
using System.Text.RegularExpressions;
using Gen.Checks;
using Gen.Diagnostics;
using Gen.Emit;
using Gen.Model;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Tests.Rules.Operations.Programs;

/// <summary>Writes, analyses and compiles many programs at once.</summary>
internal static partial class ProgramCompiler
{
    private const string Prelude = """
        public static class Ways { public static bool A; public static bool B; }

        /// <summary>Operations whose sizes are compared first, as Gen compares them.</summary>
        public static class Guarded
        {
            public static Tensor matmul(Tensor a, Tensor b) => a.MatmulGuarded(b);
            public static Tensor linear(Tensor a, Tensor b) { Has(a, 1); Same(a.shape[^1], b.shape[1]); return functional.linear(a, b); }
            public static Tensor MatmulGuarded(this Tensor a, Tensor b)
            {
                Has(a, 1);
                Has(b, 1);
                Same(a.shape[^1], b.dim() == 1 ? b.shape[0] : b.shape[^2]);
                for (var i = 3; i <= Math.Min(a.dim(), b.dim()); i++)
                {
                    if (a.shape[^i] != 1 && b.shape[^i] != 1) { Same(a.shape[^i], b.shape[^i]); }
                }

                return a.matmul(b);
            }

            public static Tensor MmGuarded(this Tensor a, Tensor b)
            {
                Same(a.dim(), 2); Same(b.dim(), 2); Same(a.shape[1], b.shape[0]);
                return a.mm(b);
            }
            public static Tensor BmmGuarded(this Tensor a, Tensor b)
            {
                Same(a.dim(), 3); Same(b.dim(), 3); Same(a.shape[0], b.shape[0]); Same(a.shape[2], b.shape[1]);
                return a.bmm(b);
            }
            private static void Has(Tensor a, long least) => Same(Math.Min(a.dim(), least), least);
            private static void Same(long a, long b)
            {
                if (a != b) { throw new System.Runtime.InteropServices.ExternalException($"{a} and {b}"); }
            }
        }
        """;

    /// <summary>The program of a number.</summary>
    public static RandomProgram Of(int number, ProgramForm form, int? most = null)
    {
        var program = ProgramWriter.Write(number, most, form == ProgramForm.Typed);
        if (form != ProgramForm.Spoiled)
        {
            return program;
        }

        // A loop that goes on while a size is too large would not end with other numbers.
        var random = new Random((number * 31) + 5);
        var numbers = Numbers().Matches(program.Text)
            .Where(m => LineOf(program.Text, m.Index) is var line && !line.Contains("while (", StringComparison.Ordinal)
                && !line.Contains(".narrow(0, 0, (", StringComparison.Ordinal)).ToArray();
        var at = numbers[random.Next(numbers.Length)];
        var old = long.Parse(at.Value, CultureInfo.InvariantCulture);
        var isOperand = program.Text[..at.Index].TrimEnd() is var head && (head.EndsWith('/') || head.EndsWith('%'));
        long[] others = old switch { 0 => [1, 2], 1 => isOperand ? [2, 3] : [0, 2, 3], _ => [old - 1, old + 1, 2 * old, old + 3] };
        return program with { Text = string.Concat(program.Text.AsSpan(0, at.Index),
            others[random.Next(others.Length)].ToString(CultureInfo.InvariantCulture), program.Text.AsSpan(at.Index + at.Length)) };
    }

    /// <summary>Writes a program to the console, and what came of it.</summary>
    public static int Print(int number, ProgramForm form)
    {
        Console.WriteLine(Of(number, form).Text);
        var verdict = ProgramProcess.Try(number, number + 1, form)[0];
        Console.WriteLine($"{verdict.Says} {verdict.OfTypes} {string.Join("\n", verdict.Contradictions)}");
        return 0;
    }

    /// <summary>The assembly of those that compile, and what is said of each.</summary>
    public static (byte[]? Image, ProgramCase[] Cases) Compile(int from, int to, ProgramForm form)
    {
        var programs = Enumerable.Range(from, to - from).Select(n => (Number: n, Program: Of(n, form))).ToArray();
        var compilation = Compilations.Of([Prelude, .. programs.Select(p => Wrapped(p.Program))]);
        var modules = programs.ToDictionary(p => p.Number, p => Modules(p.Program, compilation));
        var (image, broken) = Emit(programs, modules);

        // The analyzers see the classes with what was generated, the generator without.
        var whole = compilation.AddSyntaxTrees(modules.Values.SelectMany(m => m).Select(ModuleEmitter.Emit).OfType<GeneratedSource>()
            .Select(s => CSharpSyntaxTree.ParseText(s.Text.ToString(), Compilations.Parsing, s.HintName)));
        return (image,
            [.. programs.Select(p => Case(p.Number, p.Program, modules[p.Number], Modules(p.Program, whole),
                broken.GetValueOrDefault(p.Number), form))]);
    }

    /// <summary>The programs as they are read.</summary>
    public static Dictionary<int, ModuleModel> Models(int from, int to, ProgramForm form)
    {
        var programs = Enumerable.Range(from, to - from).Select(n => (Number: n, Program: Of(n, form))).ToArray();
        var compilation = Compilations.Of([Prelude, .. programs.Select(p => Wrapped(p.Program))]);
        return programs.ToDictionary(p => p.Number,
            p => ModuleReader.Read(compilation.GetTypeByMetadataName($"N{p.Program.Name}.{p.Program.Name}")!, compilation, default)!);
    }

    /// <summary>The classes of a program, its own last, as the analyzers and the generator see them.</summary>
    private static CheckedModule[] Modules(RandomProgram program, Compilation compilation) =>
    [
        .. compilation.GlobalNamespace.GetNamespaceMembers().Single(n => n.Name == $"N{program.Name}").GetTypeMembers()
            .OrderBy(t => t.Name == program.Name)
            .Select(t => ModuleChecker.Check(ModuleReader.Read(t, compilation, default)!)),
    ];

    private static ProgramCase Case(int number, RandomProgram program, CheckedModule[] before, CheckedModule[] modules, string? error,
        ProgramForm form)
    {
        var isWrong = form == ProgramForm.Spoiled;
        var said = modules.SelectMany(m => m.Findings).Concat(before.SelectMany(m => m.Findings).Where(f => f.Kind.IsError()))
            .Select(f => (Descriptors.Of(f.Kind).Id, Text: Messages.Of(f))).ToArray();
        var says =
            said.Append((Id: "", Text: ""))
                .OrderBy(s => s.Id.StartsWith("GEN1", StringComparison.Ordinal) ? 0
                    : IsUnproved(s.Id) ? 1 : s.Id.Length == 0 ? 2 : 3).First();
        var strange = said.Where(d => !isWrong && d.Id.StartsWith("GEN0", StringComparison.Ordinal)).Select(d => d.Text).ToList();

        // Where an error is said, members are left out, and the program does not compile; a changed number may not compile either.
        if (error is not null && !says.Id.StartsWith("GEN1", StringComparison.Ordinal)
            && (!isWrong || error.Contains(".g.cs", StringComparison.Ordinal)))
        {
            strange.Add($"does not compile: {error}");
        }

        var module = modules[^1];
        return new ProgramCase
        {
            Number = number,
            Type = error is null ? $"N{program.Name}.{program.Name}" : null,
            Inputs = [.. program.Inputs],
            Types = [.. program.Types],
            HasSize = program.HasSize,
            Ways = (program.Text.Contains("Ways.A", StringComparison.Ordinal) ? 1 : 0)
                + (program.Text.Contains("Ways.B", StringComparison.Ordinal) ? 2 : 0),
            MakesTensors = Factory().IsMatch(program.Text),
            AsksForSizes = SizeCondition().IsMatch(program.Text),
            FreeNames = [.. module.FreeNames],
            InputShapes = [.. module.Inputs?.Select(s => s.ToShapeString()) ?? []],
            Output = module.Outputs?[0]?.ToShapeString(),
            Rows =
                [.. module.Layers.Select(r => new ProgramCase.LayerRow(r.Path, r.Output.IsUnknownRank ? null : r.Output.ToShapeString()))],
            Parameters = before[^1].ParameterCount.IsUnknown ? null : before[^1].ParameterCount.ToString(),
            Says = says.Id,
            Message = says.Text,
            IsGuarded = said.Where(s => IsUnproved(s.Id))
                .All(s => s.Id == "GEN4013" || s.Text.Contains("; checked at run time", StringComparison.Ordinal)),
            Strange = [.. strange],
        };
    }

    /// <summary>It says that a call may fail.</summary>
    private static bool IsUnproved(string id) => id == "GEN4013" || (id.StartsWith("GEN2", StringComparison.Ordinal) && id != "GEN2004");

    private static string LineOf(string text, int at) => text[(text.LastIndexOf('\n', at) + 1)..Math.Max(at, text.IndexOf('\n', at))];

    private static string Wrapped(RandomProgram program) => $"namespace N{program.Name}\n{{\n{program.Text}\n}}";

    /// <summary>Compiles the programs with their guarded operations; those that do not compile are left out, with the first
    /// error.</summary>
    private static (byte[]? Image, Dictionary<int, string> Broken) Emit((int Number, RandomProgram Program)[] programs,
        Dictionary<int, CheckedModule[]> modules)
    {
        var broken = new Dictionary<int, string>();
        while (broken.Count < programs.Length)
        {
            var compilation = Compilations.Of(Prelude).AddSyntaxTrees(
                programs.Where(p => !broken.ContainsKey(p.Number)).SelectMany(p => modules[p.Number]
                .Select(ModuleEmitter.Emit)
                .Select(s => (Path: $"{p.Number.ToString(CultureInfo.InvariantCulture)} {s?.HintName}", Text: s?.Text.ToString() ?? ""))
                .Append((Path: p.Number.ToString(CultureInfo.InvariantCulture), Text: Guard(Wrapped(p.Program)))))
                .Select(f => CSharpSyntaxTree.ParseText(f.Text, Compilations.Parsing, f.Path)));
            using var stream = new MemoryStream();
            var result = compilation.Emit(stream);
            if (result.Success)
            {
                return (stream.ToArray(), broken);
            }

            foreach (var error in result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error))
            {
                broken.TryAdd(int.Parse(error.Location.SourceTree!.FilePath.Split(' ')[0], CultureInfo.InvariantCulture), error.ToString());
            }
        }

        return (null, broken);
    }

    private static string Guard(string text) => Unguarded().Replace(
        text.Replace("torch.matmul(", "Guarded.matmul(", StringComparison.Ordinal)
            .Replace("functional.linear(", "Guarded.linear(", StringComparison.Ordinal),
        m => $".{char.ToUpperInvariant(m.Groups[1].Value[0])}{m.Groups[1].Value[1..]}Guarded(");

    [GeneratedRegex(@"(?<![\w.])\d+(?=L?(?![\w.]))")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"\.shape\[\d\] ([<>!=]|% \d ==|switch)|while|i < ")]
    private static partial Regex SizeCondition();

    [GeneratedRegex(@"torch\.(zeros|ones|randn?|full|arange|eye|tensor|empty|linspace)\w*\(|float32")]
    private static partial Regex Factory();

    [GeneratedRegex(@"\.(matmul|mm|bmm)\(")]
    private static partial Regex Unguarded();
}
