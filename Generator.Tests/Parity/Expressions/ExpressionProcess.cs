using System.Diagnostics;
using System.Globalization;

namespace Gen.Tests.Parity.Expressions;

/// <summary>A process that takes a line and gives a line, started again where it ends or does not answer.</summary>
internal sealed class ExpressionProcess(string file, params string[] arguments) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private Process? process;

    /// <summary>What it says of itself when it starts.</summary>
    public string Version { get; private set; } = "";

    /// <summary>The result of each, by number: ok or error, and what; null where the process ended or did not answer.</summary>
    public IReadOnlyDictionary<int, string?> Run(IEnumerable<Expression> expressions, Func<Expression, string> line)
    {
        var results = new Dictionary<int, string?>();
        foreach (var expression in expressions)
        {
            if (process is null)
            {
                process = Start();
                Version = Read() ?? "";
            }

            process.StandardInput.WriteLine(line(expression));
            process.StandardInput.Flush();
            var head = expression.Number.ToString(CultureInfo.InvariantCulture) + "\t";
            string? answer;
            do
            {
                answer = Read();
            }
            while (answer is not null && !answer.StartsWith(head, StringComparison.Ordinal));
            results[expression.Number] = answer?[head.Length..];
            if (answer is null)
            {
                End();
            }
        }

        return results;
    }

    public void Dispose() => End();

    private string? Read()
    {
        var line = process!.StandardOutput.ReadLineAsync();
        return line.Wait(Patience) ? line.Result : null;
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Kernels that every processor has: those of some processors give other gradients of a convolution, which is another question.
        start.Environment["ONEDNN_MAX_CPU_ISA"] = "SSE41";
        var started = Process.Start(start)!;
        started.ErrorDataReceived += static (_, _) => { };
        started.BeginErrorReadLine();
        return started;
    }

    private void End()
    {
        if (process is not null)
        {
            process.StandardInput.Close();
            if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                process.Kill();
            }

            process.Dispose();
            process = null;
        }
    }
}
