using Gen.Checks;
using Gen.Emit;
using Gen.Reading;
using Microsoft.CodeAnalysis;

namespace Gen;

/// <summary>Generates the other part of every class with <c>[Layer]</c>, <c>[Parameter]</c> or <c>[Buffer]</c> fields, or with a
/// <c>[Shape]</c> and a <c>Forward</c>.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class ModuleGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // <GenGuards>false</GenGuards> in a project leaves the checks of shapes at run time out.
        var guards = context.AnalyzerConfigOptionsProvider
            .Select(static (options, _) => !options.GlobalOptions.TryGetValue("build_property.GenGuards", out var value)
                || !value.Equals("false", StringComparison.OrdinalIgnoreCase))
            .WithTrackingName(TrackingNames.Guards);

        // A class is looked for by its text alone. What it declares is read again where an edit may have changed it.
        var projects = context.CompilationProvider.Select(static (compilation, _) => ProjectReadings.Of(compilation));
        var modules = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => OutlineReader.IsCandidate(node),
                static (context, _) => TreeOutline.Of(context.Node.SyntaxTree).At(context.Node.SpanStart))
            .Combine(projects)
            .Select(static (pair, cancellation) => pair.Left is { } outline ? Guarded(() => pair.Right.Read(outline, cancellation)) : null)
            .Where(static module => module is not null)
            .WithTrackingName(TrackingNames.Model);

        var sources = modules
            .Select(static (module, _) => Guarded(() => ModuleChecker.Check(module!)))
            .Combine(guards)
            .Select(static (pair, _) => pair.Left is null ? null
                : Guarded(() => ModuleEmitter.Emit(pair.Left with { IsGuarded = pair.Right })))
            .Where(static source => source is not null)
            .WithTrackingName(TrackingNames.Source);

        context.RegisterSourceOutput(sources, static (context, source) => context.AddSource(source!.HintName, source.Text));
    }

    /// <summary>
    /// Of a generator that throws, the compiler drops all that it wrote: what fails on one class must not take the others along. It is not
    /// kept quiet: the analyzer does the same on that class, and the compiler reports what it throws as AD0001.
    /// </summary>
    internal static T? Guarded<T>(Func<T?> work)
        where T : class
    {
        try
        {
            return work();
        }
#pragma warning disable CA1031 // It may be anything: a mistake in a rule.
        catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
