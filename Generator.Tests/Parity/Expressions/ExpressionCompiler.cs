using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gen.Tests.Parity.Expressions;

/// <summary>The expressions as methods of one assembly.</summary>
internal static class ExpressionCompiler
{
    private const string Usings = """
        global using static Gen.Tests.Parity.Expressions.Given;
        global using static TorchSharp.torch.optim.lr_scheduler.impl.CyclicLR;
        global using static TorchSharp.torch.nn.init;

        """;

    /// <summary>The assembly, and the messages of what does not compile.</summary>
    public static (byte[] Image, IReadOnlyList<string> Errors) Compile(IReadOnlyList<Expression> expressions)
    {
        // What is no expression would hide the others.
        var errors = expressions.Where(e => SyntaxFactory.ParseExpression(e.CSharp).ContainsDiagnostics)
            .Select(e => $"{e.Table}: {e.CSharp}: is no expression").ToList();
        IReadOnlyList<Expression> all = [.. expressions.Where(e => !SyntaxFactory.ParseExpression(e.CSharp).ContainsDiagnostics)];
        while (true)
        {
            var lines = all.Select(e => $"public static object? M{e.Number}() => {e.CSharp};");
            var compilation = Compilations.Of($"{Usings}public static class Expressions {{\n{string.Join("\n", lines)}\n}}")
                .AddReferences(MetadataReference.CreateFromFile(typeof(Given).Assembly.Location));
            using var stream = new MemoryStream();
            var found = compilation.Emit(stream).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).ToArray();
            if (found.Length == 0)
            {
                return (stream.ToArray(), errors);
            }

            // The class begins on the line after the usings.
            var first = Usings.Count(c => c == '\n') + 1;
            if (found.FirstOrDefault(d => Line(d) < first) is { } before)
            {
                throw new InvalidOperationException(before.ToString());
            }

            var broken = found.GroupBy(d => all[Line(d) - first]).ToArray();
            errors.AddRange(broken.Select(b => $"{b.Key.Table}: {b.Key.CSharp}: {b.First().GetMessage()}"));
            all = [.. all.Except(broken.Select(b => b.Key))];
        }
    }

    /// <summary>What the process does: for each line with an assembly, for each line with a number the result of that expression.</summary>
    public static int Serve(string image)
    {
        using var stream = new MemoryStream(File.ReadAllBytes(image));
        var context = new AssemblyLoadContext("expressions");
        context.Resolving += (_, name) => AssemblyLoadContext.Default.LoadFromAssemblyName(name);
        var type = context.LoadFromStream(stream).GetType("Expressions", throwOnError: true)!;
        TorchSharp.torch.set_num_threads(1);
        Console.Out.WriteLine($"TorchSharp {typeof(TorchSharp.torch).Assembly.GetName().Version!.ToString(3)}");
        while (Console.In.ReadLine() is { } number)
        {
            Console.Out.WriteLine($"{number}\t{Result(type.GetMethod($"M{number}")!)}");
            Console.Out.Flush();
        }

        return 0;
    }

    private static int Line(Diagnostic diagnostic) => diagnostic.Location.GetLineSpan().StartLinePosition.Line;

    private static string Result(MethodInfo method)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        TorchSharp.torch.manual_seed(17);
        try
        {
            return $"ok\t{Given.Write(method.Invoke(null, null))}";
        }
        catch (Exception e)
        {
            var cause = e is TargetInvocationException ? e.InnerException! : e;
            return $"error\t{cause.GetType().Name}: {cause.Message.ReplaceLineEndings(" ")}";
        }
    }
}
