using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gen.Tests.Package;

namespace Gen.Tests.Live;

/// <summary>A diagnostic as the language server sends it to the editor.</summary>
internal sealed record Squiggle(string Id, string Text);

/// <summary>
/// An editor's side of the language server protocol: JSON-RPC over the standard streams of a server, as far as the tests need it. Texts are
/// opened and changed in memory, never saved.
/// </summary>
internal sealed class LanguageServer : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Process process;
    private readonly string folder;
    private readonly object settings;
    private readonly Lock writing = new();
    private readonly object changed = new();
    private readonly Dictionary<int, JsonElement> answers = [];
    private readonly Dictionary<string, Squiggle[]> shown = [];
    private int requests;
    private int versions;

    /// <summary>Starts a server for a folder.</summary>
    /// <param name="program">The server.</param>
    /// <param name="folder">The folder of the project.</param>
    /// <param name="environment">What it sees beside the machine's own environment.</param>
    /// <param name="settings">What the editor's settings say where the server asks for them.</param>
    public LanguageServer(string program, string folder, IReadOnlyDictionary<string, string> environment, object settings)
    {
        (this.folder, this.settings) = (folder, settings);
        var command = DotNet.Command(program, folder, environment);
        command.RedirectStandardInput = true;
        process = Process.Start(command)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        new Thread(Read) { IsBackground = true }.Start();
        var root = new Uri(folder).AbsoluteUri;
        Request("initialize", new { processId = Environment.ProcessId, rootUri = root, capabilities = new {
            workspace = new { configuration = true },
            textDocument = new { publishDiagnostics = new { }, codeAction = new { codeActionLiteralSupport = new {
                codeActionKind = new { valueSet = new[] { "quickfix", "refactor" } } } } } } });
        Notify("initialized", new { });
    }

    public void Open(string file, string text) =>
        Notify("textDocument/didOpen", new { textDocument = new { uri = UriOf(file), languageId = "csharp", version = 0, text } });

    /// <summary>The text of an open file becomes another.</summary>
    public void Type(string file, string text) => Notify("textDocument/didChange", new {
        textDocument = new { uri = UriOf(file), version = ++versions }, contentChanges = new[] { new { text } } });

    /// <summary>Waits until the squiggles of a file are as they should be.</summary>
    /// <exception cref="TimeoutException">They did not become so.</exception>
    public Squiggle[] Await(string file, Func<Squiggle[], bool> wanted)
    {
        var uri = UriOf(file);
        Wait(() => shown.TryGetValue(uri, out var squiggles) && wanted(squiggles),
            () => $"{file} shows {string.Join("; ", shown.GetValueOrDefault(uri, []).Select(s => $"{s.Id} {s.Text}"))}");
        lock (changed)
        {
            return shown[uri];
        }
    }

    /// <summary>The Markdown of a hover behind the first character of a piece of the text.</summary>
    public string Hover(string file, string text, string at) => Request("textDocument/hover",
        new { textDocument = new { uri = UriOf(file) }, position = Position(text, at) }).GetProperty("contents").GetProperty("value")
        .GetString()!;

    /// <summary>The titles of the code actions there.</summary>
    public string[] Actions(string file, string text, string at)
    {
        var position = Position(text, at);
        return [.. Request("textDocument/codeAction", new { textDocument = new { uri = UriOf(file) },
            range = new { start = position, end = position }, context = new { diagnostics = Array.Empty<object>() } })
            .EnumerateArray().Select(a => a.GetProperty("title").GetString()!)];
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Request("shutdown", null);
            Notify("exit", null);
            if (!process.WaitForExit(TimeSpan.FromSeconds(20)))
            {
                process.Kill(entireProcessTree: true);
            }
        }

        process.Dispose();
    }

    private static object Position(string text, string at)
    {
        var index = text.IndexOf(at, StringComparison.Ordinal) + 1;
        var line = text.AsSpan(0, index).Count('\n');
        return new { line, character = index - (text.LastIndexOf('\n', index - 1) + 1) };
    }

    private string UriOf(string file) => new Uri(Path.Combine(folder, file)).AbsoluteUri;

    private JsonElement Request(string method, object? parameters)
    {
        var id = ++requests;
        Write(new { jsonrpc = "2.0", id, method, @params = parameters });
        Wait(() => answers.ContainsKey(id), () => $"no answer to {method}");
        var answer = answers[id];
        Assert.False(answer.TryGetProperty("error", out var error), $"{method}: {error}");
        return answer.GetProperty("result");
    }

    private void Notify(string method, object? parameters) => Write(new { jsonrpc = "2.0", method, @params = parameters });

    private void Write(object message)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message);
        lock (writing)
        {
            var stream = process.StandardInput.BaseStream;
            stream.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n")));
            stream.Write(body);
            stream.Flush();
        }
    }

    private void Wait(Func<bool> isThere, Func<string> otherwise)
    {
        var watch = Stopwatch.StartNew();
        lock (changed)
        {
            while (!isThere())
            {
                if (process.HasExited || watch.Elapsed > Limit || !Monitor.Wait(changed, TimeSpan.FromSeconds(10)) && watch.Elapsed > Limit)
                {
                    throw new TimeoutException(otherwise());
                }
            }
        }
    }

    private void Read()
    {
        var stream = process.StandardOutput.BaseStream;
        while (ReadMessage(stream) is { } message)
        {
            if (message.TryGetProperty("method", out var method) && message.TryGetProperty("id", out var id))
            {
                // The server asks: for settings, or whether something may be registered.
                var items = method.GetString() == "workspace/configuration"
                    ? message.GetProperty("params").GetProperty("items").EnumerateArray().Select(_ => settings).ToArray() : null;
                Write(new { jsonrpc = "2.0", id, result = items });
                continue;
            }

            lock (changed)
            {
                if (method.ValueKind == JsonValueKind.Undefined)
                {
                    answers[message.GetProperty("id").GetInt32()] = message;
                }
                else if (method.GetString() == "textDocument/publishDiagnostics")
                {
                    var parameters = message.GetProperty("params");
                    shown[parameters.GetProperty("uri").GetString()!] = [.. parameters.GetProperty("diagnostics").EnumerateArray()
                        .Select(d => new Squiggle($"{d.GetProperty("code")}", d.GetProperty("message").GetString()!))];
                }

                Monitor.PulseAll(changed);
            }
        }
    }

    private static JsonElement? ReadMessage(Stream stream)
    {
        var length = 0;
        for (var line = ReadLine(stream); line != ""; line = ReadLine(stream))
        {
            if (line is null)
            {
                return null;
            }

            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(line["Content-Length:".Length..], CultureInfo.InvariantCulture);
            }
        }

        var body = new byte[length];
        stream.ReadExactly(body);
        return JsonDocument.Parse(body).RootElement;
    }

    private static string? ReadLine(Stream stream)
    {
        var line = new StringBuilder();
        for (var next = stream.ReadByte(); next >= 0; next = stream.ReadByte())
        {
            if (next == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)next);
        }

        return null;
    }
}
