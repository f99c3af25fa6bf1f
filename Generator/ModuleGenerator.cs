using Gen.Checks;
using Gen.Emit;
using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

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

        foreach (var attribute in new[] { Annotations.Layer, Annotations.Parameter, Annotations.Buffer, Annotations.Shape })
        {
            // The first annotated member of a class yields its one model, the others yield nothing.
            var modules = context.SyntaxProvider
                .ForAttributeWithMetadataName(attribute, static (node, _) => node is VariableDeclaratorSyntax or PropertyDeclarationSyntax
                    or ClassDeclarationSyntax or MethodDeclarationSyntax,
                    Read)
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
    }

    private static ModuleModel? Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation) =>
        (context.TargetSymbol as INamedTypeSymbol ?? context.TargetSymbol.ContainingType) is { TypeKind: TypeKind.Class } type
        && SymbolEqualityComparer.Default.Equals(Representative(type), context.TargetSymbol)
        && context.Attributes[0].AttributeClass?.ToDisplayString() == FirstAttribute(context.TargetSymbol)
            ? Guarded(() => ModuleReader.Read(type, context.SemanticModel.Compilation, cancellation))
            : null;

    /// <summary>The one symbol whose attribute yields the model: the first annotated member, or what has the <c>[Shape]</c>.</summary>
    private static ISymbol? Representative(INamedTypeSymbol type) =>
        UserDeclarations.FirstAnnotated(type) is IMethodSymbol && type.Has(Annotations.Shape) ? type
            : UserDeclarations.FirstAnnotated(type);

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

    /// <summary>A member with two of the attributes still stands for its class once.</summary>
    private static string? FirstAttribute(ISymbol member) =>
        new[] { Annotations.Layer, Annotations.Parameter, Annotations.Buffer, Annotations.Shape }.FirstOrDefault(a => member.Has(a));
}
