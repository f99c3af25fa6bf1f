using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Gen.Checks;
using Gen.Evaluation;
using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Gen.Diagnostics;

/// <summary>GEN3003: <c>[Expect(Checkpoint = "resnet18.safetensors")]</c> against the header of that file.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CheckpointAnalyzer : TorchAnalyzer
{
    private const string Header = ".json";
    private const string Index = ".index.json";

    private static readonly string[] Registering = ["register_module", "add_module", "register_parameter", "register_buffer"];

    /// <summary>A text is read once. An edit of one file leaves the others.</summary>
    private static readonly ConditionalWeakTable<SourceText, CheckpointHeader> Headers = new();

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptors.Checkpoint);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        start.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var (type, compilation, cancellation) = ((INamedTypeSymbol)context.Symbol, context.Compilation, context.CancellationToken);
        if (type.TypeKind != TypeKind.Class || ExpectReader.Read(type) is not { Checkpoint: { Length: > 0 } file }
            || !ProjectReadings.MayBeAnnotated(type, compilation)
            || ModuleReader.ReadForMessages(type, compilation, cancellation) is not { } module
            || ModuleChecker.Check(module).Findings.Any(f => f.Kind.IsDeclaration()))
        {
            return;
        }

        var places = new Places(type, compilation, cancellation);
        foreach (var finding in Find(file))
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.Checkpoint, places.Of(finding.At), Messages.Of(finding)));
        }

        IEnumerable<Finding> Find(string file)
        {
            if (HeaderOf(file, context.Options.AdditionalFiles, cancellation, out var missing) is not { } header)
            {
                return [new(FindingKind.CheckpointNotFound, new Anchor(AnchorKind.Expectation, "Checkpoint"), missing)];
            }

            var state = StateDictionary.Of(module);
            return CheckpointContract.Compare(module, state, header,
                registersMore: state.Classes.Select(compilation.GetTypeByMetadataName).OfType<INamedTypeSymbol>()
                    .SelectMany(t => t.DeclaringSyntaxReferences)
                    .Any(r => IdentifierNames.Of(r.SyntaxTree, cancellation).Overlaps(Registering)),
                isConverted: ModuleConversions.In(compilation, cancellation).IsConverted);
        }
    }

    /// <summary>The header of a file, or those of all files that an index names; null where one is not there.</summary>
    private static CheckpointHeader? HeaderOf(string file, ImmutableArray<AdditionalText> texts, CancellationToken cancellation,
        out string missing)
    {
        missing = file;
        if (!file.EndsWith(Index, StringComparison.OrdinalIgnoreCase))
        {
            return Text(texts, file + Header) is { } text ? Read(text, cancellation)
                : Text(texts, file) is null ? null
                : CheckpointHeader.Wrong("its header is not there, which the build writes");
        }

        if (Text(texts, file)?.GetText(cancellation) is not { Length: <= CheckpointReader.Longest } index)
        {
            return null;
        }

        var (shards, error) = CheckpointReader.Index(index.ToString());
        if (error is not null)
        {
            return CheckpointHeader.Wrong(error);
        }

        var (folder, tensors) = (file.Substring(0, file.LastIndexOf('/') + 1), new List<KeyValuePair<string, CheckpointTensor>>());
        foreach (var shard in shards)
        {
            missing = folder + shard;
            if (Text(texts, missing + Header) is not { } text || Read(text, cancellation) is not { } header)
            {
                return null;
            }

            if (header.Error is not null)
            {
                return CheckpointHeader.Wrong($"{shard}: {header.Error}");
            }

            tensors.AddRange(header.Tensors);
        }

        return new(tensors);
    }

    private static CheckpointHeader? Read(AdditionalText file, CancellationToken cancellation) =>
        file.GetText(cancellation) is not { } text ? null
            : text.Length > CheckpointReader.Longest ? CheckpointHeader.Wrong("its header is longer than 100 MB")
            : Headers.GetValue(text, static t => CheckpointReader.Header(t.ToString()));

    /// <summary>The file of that name, in the folder that the name says.</summary>
    private static AdditionalText? Text(ImmutableArray<AdditionalText> texts, string name)
    {
        name = "/" + name.Replace('\\', '/').TrimStart('.', '/');
        return texts.FirstOrDefault(t => ("/" + t.Path.Replace('\\', '/')).EndsWith(name, StringComparison.OrdinalIgnoreCase));
    }
}
