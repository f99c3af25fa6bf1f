using System.Collections.Immutable;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Gen.Diagnostics;

/// <summary>
/// GEN4001 and GEN4002: modules that a class holds and does not register, in a field without <c>[Layer]</c>, in a hand-written module
/// that forgets <c>RegisterComponents</c>, in a plain collection.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnregisteredModuleAnalyzer : TorchAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Descriptors.NotRegistered, Descriptors.PlainCollection);

    private protected override void Register(CompilationStartAnalysisContext start, TorchSymbols torch)
    {
        start.RegisterSymbolAction(symbol => Analyze(symbol, torch), SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context, TorchSymbols torch)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (RegisteredMembers.Of(type, torch, context.Compilation, context.CancellationToken) is not { } members)
        {
            return;
        }

        var forgotten = new List<ISymbol>();
        foreach (var (member, held) in members.Unannotated())
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            if (Collected(held, members) is { } item)
            {
                if (!members.IsUnused(member) && !members.IsOwner(member, held)
                    && !members.IsAccountedFor(member, isCollection: true, context.CancellationToken))
                {
                    Collection(context, member, held, item, members.IsGenerated);
                }
            }
            else if (members.IsModule(held) || RegisteredMembers.IsParameter(held))
            {
                if (!members.IsGenerated ? !members.BaseRegisters && members.Calls.Count == 0 && !RegisteredMembers.IsStateless(held)
                    : Matters(type, held))
                {
                    if (!members.IsUnused(member) && !members.IsOwner(member, held)
                        && !members.IsAccountedFor(member, isCollection: false, context.CancellationToken))
                    {
                        forgotten.Add(member);
                    }
                }
            }
        }

        if (!members.IsGenerated)
        {
            Forgotten(context, type, forgotten, torch);
            return;
        }

        foreach (var member in forgotten)
        {
            var held = member is IFieldSymbol field ? field.Type : ((IPropertySymbol)member).Type;
            var attribute = RegisteredMembers.IsParameter(held) ? "Parameter" : "Layer";
            var where = member is IPropertySymbol ? $"Make it a field with [{attribute}]." : $"Write [{attribute}] before it.";
            Report(context, Descriptors.NotRegistered, member, [], Hints.Of((Hints.Attribute, attribute)),
                RegisteredMembers.IsStateless(held)
                ? $"'{member.Name}' ({held.Name}) has no [Layer]: it is no part of the chain. {where}"
                : $"'{member.Name}' ({held.Name}) has no [{attribute}]: it will not be trained, saved or moved. {where}");
        }
    }

    /// <summary>A module without parameters matters in a chain, which it is not part of; elsewhere it does its work.</summary>
    private static bool Matters(INamedTypeSymbol type, ITypeSymbol held) =>
        !RegisteredMembers.IsStateless(held) || (!RegisteredMembers.IsLoss(held)
            && !UserDeclarations.Members(type).Any(m => m is IMethodSymbol { Name: "Forward" or "forward" })
            && type.Find(Annotations.Chain) is null);

    /// <summary>A module that holds it and is registered itself calls its <c>RegisterComponents</c>.</summary>
    private static void Forgotten(SymbolAnalysisContext context, INamedTypeSymbol type, List<ISymbol> members, TorchSymbols torch)
    {
        if (members.Count == 0 || ModuleUses.Of(type, context.Compilation, torch,
            context.CancellationToken) is not (var use and not ModuleUse.Held))
        {
            return;
        }

        var names = string.Join(", ", members.Take(4).Select(m => $"'{m.Name}'")) + (members.Count > 4 ? ", ..." : "");
        Report(
            context,
            Descriptors.NotRegistered,
            members[0],
            members.Skip(1).Select(m => m.Locations[0]),
            Hints.Of((Hints.Call, "RegisterComponents")),
            $"'{type.Name}' never calls RegisterComponents(): {names} will not be trained, saved or "
            + $"moved{(use == ModuleUse.None ? ", unless a module that holds it is registered" : "")}. Call it at the end of the "
            + $"constructor.");
    }

    private static void Collection(SymbolAnalysisContext context, ISymbol member, ITypeSymbol held,
        (ITypeSymbol Module, string? Container) item, bool isGenerated)
    {
        var kind = held.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
        var module = item.Module.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
        var (what, list, dictionary) = RegisteredMembers.IsParameter(item.Module) ? ("parameters", "ParameterList", "ParameterDict")
            : ("modules", "ModuleList", "ModuleDict");
        var container = item.Container switch
        {
            "List" => list + Of(module),
            "Dictionary" => dictionary + Of(module),
            _ => null,
        };
        var edit = container is not null ? $"Change it to {(isGenerated ? "[Layer] " : "")}{container}."
            : $"Give each a field of its own, or use {list} or {dictionary}.";
        Report(
            context,
            Descriptors.PlainCollection,
            member,
            [],
            container is not null && what == "modules" ? Hints.Of((Hints.Container, container.Split('<')[0]), (Hints.Item, module))
                : ImmutableDictionary<string, string?>.Empty,
            $"the {what} in '{member.Name}' ({kind}) are never registered: they will not be trained, saved or moved. {edit}");
    }

    private static string Of(string module) => module == "Parameter" ? "" : $"<{module}>";

    /// <summary>The type of the modules or parameters in a collection, and whether a container of TorchSharp takes its place; null where
    /// there are none in it.</summary>
    private static (ITypeSymbol Module, string? Container)? Collected(ITypeSymbol type, RegisteredMembers members)
    {
        if (members.IsModule(type))
        {
            return null;
        }

        switch (type)
        {
            case IArrayTypeSymbol array:
                return IsItem(array.ElementType) ? (array.ElementType, array.Rank == 1 ? "List" : null)
                    : Collected(array.ElementType, members) is { } nested ? (nested.Module, null) : null;
            case INamedTypeSymbol { IsTupleType: true } tuple:
                return tuple.TupleElements.Select(e => IsItem(e.Type) ? (e.Type, null) : Collected(e.Type, members))
                    .FirstOrDefault(e => e is not null) is { } element ? (element.Module, null) : null;
            case INamedTypeSymbol { IsGenericType: true } generic when IsCollection(generic):
                var last = generic.TypeArguments[generic.TypeArguments.Length - 1];
                var isDictionary = generic.TypeArguments is [{ SpecialType: SpecialType.System_String }, _];
                return IsItem(last) ? (last, isDictionary ? "Dictionary" : generic.TypeArguments.Length == 1 ? "List" : null)
                    : generic.TypeArguments.Select(a => IsItem(a) ? (a, null) : Collected(a, members))
                        .FirstOrDefault(e => e is not null) is { } inner ? (inner.Module, null) : null;
            default:
                return null;
        }

        bool IsItem(ITypeSymbol item) => members.IsModule(item) || RegisteredMembers.IsParameter(item);
    }

    /// <summary>Of the base class library, and enumerable: a delegate or a lazy value is no collection.</summary>
    private static bool IsCollection(INamedTypeSymbol type) =>
        type.ContainingNamespace?.ToDisplayString().StartsWith("System", StringComparison.Ordinal) == true
        && (type.Name is "KeyValuePair" || type.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T
            || type.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_Collections_IEnumerable));

    private static void Report(SymbolAnalysisContext context, DiagnosticDescriptor descriptor, ISymbol member, IEnumerable<Location> also,
        ImmutableDictionary<string, string?> hints, string message)
    {
        if (member.Locations.FirstOrDefault(l => l.IsInSource) is { } place)
        {
            context.ReportDiagnostic(Diagnostic.Create(descriptor, place, also, hints, message));
        }
    }
}
