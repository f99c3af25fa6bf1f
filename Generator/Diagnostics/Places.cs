using Gen.Model;
using Gen.Reading;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Diagnostics;

/// <summary>Finds the source location that an <see cref="Anchor"/> names.</summary>
internal sealed class Places(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
{
    /// <summary>Where the steps of a finding are.</summary>
    public IEnumerable<Location> Of(IEnumerable<Anchor> anchors) => anchors.Select(Of).Where(l => l.IsInSource);

    /// <summary>The other places of a finding.</summary>
    public IEnumerable<Location> AlsoOf(Finding finding) => Of(finding.Also.Prepend(finding.At).Where(a => a != finding.Place));

    public Location Of(Anchor anchor) => anchor.Type is { } other
        ? In(other, anchor with { Type = null }, compilation, cancellation) ?? Name(type) : anchor.Kind switch
    {
        AnchorKind.ContainingType => Containers(type).ElementAtOrDefault(anchor.Index) is { } container ? Name(container) : Name(type),
        AnchorKind.Member => Member(anchor.Name!),
        AnchorKind.Argument => Argument(anchor) ?? Member(anchor.Name!),
        AnchorKind.Shape => ShapeArgument(named: false) ?? Name(type),
        AnchorKind.Where => ShapeArgument(named: true) ?? Name(type),
        AnchorKind.ChainItem => Syntax(type.Find(Annotations.Chain)) is { } chain ? Positional(chain, anchor.Index) ?? chain.GetLocation()
            : Name(type),
        AnchorKind.Expectation =>
            Syntax(type.Find(Annotations.Expect))?.ArgumentList?.Arguments.FirstOrDefault(
                a => a.NameEquals?.Name.Identifier.ValueText == anchor.Name)?.GetLocation() ?? Name(type),
        AnchorKind.Forward =>
            (type.GetMembers("Forward").FirstOrDefault() ?? type.GetMembers("forward").FirstOrDefault())?.Locations.FirstOrDefault()
                ?? Name(type),
        AnchorKind.Body => Body(anchor) ?? Name(type),
        AnchorKind.Item => Item(anchor) ?? Member(anchor.Name!),
        _ => Name(type),
    };

    /// <summary>A place in a class of the same project; none in those of others.</summary>
    public static Location? In(string type, Anchor anchor, Compilation compilation, CancellationToken cancellation) =>
        compilation.GetTypeByMetadataName(type) is not { } symbol ? null
            : UserDeclarations.IsOwn(symbol, compilation)
                ? new Places(symbol, compilation, cancellation).Of(anchor) : Location.None;

    /// <summary>A module that is written in the container of a field, in its initializer or its assignment.</summary>
    private Location? Item(Anchor anchor)
    {
        var field = UserDeclarations.Members(type).OfType<IFieldSymbol>().FirstOrDefault(m => m.Name == anchor.Name);
        var value =
            (field?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) as VariableDeclaratorSyntax)?.Initializer?.Value
            ?? (ConstructorReader.Assignments([.. UserDeclarations.Of(type, cancellation)]).TryGetValue(anchor.Name!, out var assigned)
                ? assigned : null);
        return value is null ? null : ContainerSyntax.Find(value, anchor.Argument)?.GetLocation();
    }

    /// <summary>A syntax node of a method of the class or of its bases, by its number.</summary>
    private Location? Body(Anchor anchor) =>
        Method(anchor)?.Declaration.DescendantNodesAndSelf().ElementAtOrDefault(anchor.Index) is { } node
            ? (ContainerSyntax.Find(node, anchor.Argument) ?? node).GetLocation() : null;

    /// <summary>The method that a place is in.</summary>
    private (IMethodSymbol Symbol, SyntaxNode Declaration)? Method(Anchor anchor)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t.GetMembers().Concat(t.GetTypeMembers().Where(UserDeclarations.IsExtension).SelectMany(static e => e.GetMembers()))
                .OfType<IMethodSymbol>().FirstOrDefault(m => BodyReader.Key(m) == anchor.Name) is { } method)
            {
                return (BodyReader.CodeOf(method, cancellation)
                    ?? (method.MethodKind == MethodKind.Constructor ? BodyReader.Declaration(method, cancellation) : null))
                        is { } declaration ? (method, declaration) : null;
            }
        }

        return null;
    }

    /// <summary>It is said of the code of another class, which is no module, whoever calls that.</summary>
    public bool IsSaidThere(Finding finding) =>
        finding.At is { Kind: AnchorKind.Body, Type: { } other } && compilation.GetTypeByMetadataName(other) is { } symbol
        && TorchSymbols.In(compilation)?.IsModule(symbol) == false && UserDeclarations.FirstAnnotated(symbol) is null
        && new Places(symbol, compilation, cancellation).Method(finding.At) is { } code
        && OrdinaryFindings.In(code.Symbol, code.Declaration, compilation, cancellation).Findings.Any(f =>
            f.Kind == finding.Kind && f.At is { Kind: AnchorKind.Body, Type: null } && f.At.Index == finding.At.Index);

    private Location Name(INamedTypeSymbol symbol) =>
        UserDeclarations.Of(symbol, cancellation).FirstOrDefault()?.Identifier.GetLocation()
            ?? symbol.Locations.FirstOrDefault() ?? Location.None;

    private Location Member(string name) =>
        UserDeclarations.Members(type).FirstOrDefault(m => m.Name == name)?.Locations.FirstOrDefault() ?? Name(type);

    private Location? Argument(Anchor anchor)
    {
        if (UserDeclarations.Members(type).FirstOrDefault(m => m.Name == anchor.Name) is not { } member)
        {
            return null;
        }

        if (anchor.Argument is null)
        {
            return Syntax(member.Find(Annotations.Layer)) is { } attribute ? Positional(attribute, anchor.Index) : null;
        }

        // The size that -1 stands for is the first argument of every factory that has one.
        if (member.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(
            cancellation) is VariableDeclaratorSyntax { Initializer.Value: { } value })
        {
            var call = value.DescendantNodesAndSelf().FirstOrDefault(
                n => n is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax);
            var arguments = call switch
            {
                InvocationExpressionSyntax invocation => invocation.ArgumentList,
                BaseObjectCreationExpressionSyntax creation => creation.ArgumentList,
                _ => null,
            };
            return (arguments?.Arguments.FirstOrDefault(a => a.NameColon?.Name.Identifier.ValueText == anchor.Argument)
                ?? arguments?.Arguments.FirstOrDefault())?.GetLocation();
        }

        return Syntax(member.Find(Annotations.Layer)) is { } layer ? Positional(layer, 0) ?? layer.GetLocation() : null;
    }

    private Location? ShapeArgument(bool named)
    {
        var method = UserDeclarations.Members(type).OfType<IMethodSymbol>().FirstOrDefault(m => m.Name is "Forward" or "forward");
        var attributes = new[] { type.Find(Annotations.Shape), method?.Find(Annotations.Shape) }
            .Concat(method?.Parameters.Select(p => p.Find(Annotations.Shape)) ?? [])
            .Concat(method?.GetReturnTypeAttributes().Where(a => a.AttributeClass?.ToDisplayString() == Annotations.Shape) ?? []);
        return attributes.Select(Syntax).OfType<AttributeSyntax>().FirstOrDefault() is { ArgumentList.Arguments: var arguments }
            ? arguments.FirstOrDefault(a => a.NameEquals is not null == named)?.Expression.GetLocation()
            : null;
    }

    private static Location? Positional(AttributeSyntax attribute, int index) =>
        attribute.ArgumentList?.Arguments.Where(a => a.NameEquals is null).ElementAtOrDefault(index)?.Expression.GetLocation();

    private AttributeSyntax? Syntax(AttributeData? attribute) =>
        attribute?.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax;

    private static IEnumerable<INamedTypeSymbol> Containers(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? Containers(outer).Append(outer) : [];
}
