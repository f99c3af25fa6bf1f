using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <content>The other methods of a module: <c>Encode</c>, <c>Generate</c>.</content>
internal sealed partial class ModuleReader
{
    /// <summary>The methods that <c>Forward</c> does not come to, and those that declare a shape, each as the module would be if that
    /// were its <c>Forward</c>.</summary>
    /// <param name="type">The class.</param>
    /// <param name="module">What was read of it.</param>
    /// <param name="compilation">The project.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <param name="only">The keys of the methods, static ones among them; null for all that are not static, or declare a shape.</param>
    public static IEnumerable<(IMethodSymbol Method, ModuleModel Module)> Methods(INamedTypeSymbol type, ModuleModel module,
        Compilation compilation, CancellationToken cancellation, IReadOnlyCollection<string>? only = null) =>
        Methods(type, _ => module, compilation, cancellation,
            m => m.Identifier.ValueText is not ("Forward" or "forward")
                && (only is not null || DeclaresShape(m) || !m.Modifiers.Any(SyntaxKind.StaticKeyword)),
            method => only is null ? SignatureReader.Of(method) is not null || module.Body?.Find(BodyReader.Key(method)) is null
                : only.Contains(BodyReader.Key(method)) && module.Body?.Find(BodyReader.Key(method)) is null);

    /// <summary>The methods that declare a shape, of a class or struct for which nothing is generated.</summary>
    public static IEnumerable<(IMethodSymbol Method, ModuleModel Module)> Declared(INamedTypeSymbol type, Compilation compilation,
        CancellationToken cancellation) =>
        Methods(type, here => here.Reader.layers.Anew(() => here.Reader.ReadClass(here.Type, isHandWritten: true)), compilation,
            cancellation, DeclaresShape, static method => SignatureReader.Of(method) is not null);

    private static IEnumerable<(IMethodSymbol Method, ModuleModel Module)> Methods(INamedTypeSymbol type,
        Func<(ModuleReader Reader, INamedTypeSymbol Type), ModuleModel> read, Compilation compilation, CancellationToken cancellation,
        Func<MethodDeclarationSyntax, bool> isAsked, Func<IMethodSymbol, bool> isMeant)
    {
        var candidates = UserDeclarations.Of(type, cancellation).SelectMany(d => d.Members)
            .SelectMany(static IEnumerable<MemberDeclarationSyntax> (m) =>
                UserDeclarations.IsExtension(m) ? ((TypeDeclarationSyntax)m).Members : new[] { m })
            .OfType<MethodDeclarationSyntax>()
            .Where(m => isAsked(m) && !m.ContainsDiagnostics && ((SyntaxNode?)m.Body ?? m.ExpressionBody) is { } body
                && (DeclaresShape(m)
                    || body.DescendantNodes().Any(static n => n is InvocationExpressionSyntax or BinaryExpressionSyntax))).ToArray();
        if (candidates.Length == 0 || TorchSymbols.In(compilation) is not { } known)
        {
            yield break;
        }

        var whole = MissingParts.ForReading(compilation, known, cancellation);
        var (torch, here) = (TorchSymbols.In(whole)!, type.In(whole, cancellation));
        var reader = new ModuleReader(whole, torch, frees: false, isApart: false, cancellation);
        ModuleModel? module = null;
        foreach (var declaration in candidates.Where(d => whole.ContainsSyntaxTree(d.SyntaxTree)))
        {
            if (whole.ModelOf(declaration.SyntaxTree).GetDeclaredSymbol(declaration, cancellation) is { IsGenericMethod: false } method
                && isMeant(method) && reader.Inside(module ??= read((reader, here)), here, method) is { } inside)
            {
                yield return (method, inside);
            }
        }
    }

    /// <summary>An attribute with the name of <c>[Shape]</c> is on it, on a parameter, on its result or on what it extends.</summary>
    private static bool DeclaresShape(MethodDeclarationSyntax method) => method.AttributeLists
        .Concat(method.ParameterList.Parameters
            .Concat(method.Parent is TypeDeclarationSyntax { ParameterList.Parameters: var extended } block
                && UserDeclarations.IsExtension(block) ? extended : []).SelectMany(static p => p.AttributeLists))
        .SelectMany(static l => l.Attributes).Any(SignatureReader.IsNamed);

    /// <summary>What names stand for that a shape of the class may have: <c>config.HeadDim</c>, where a field keeps
    /// <c>config</c> also by the name of that.</summary>
    public static IReadOnlyDictionary<string, Dim> Sizes(INamedTypeSymbol type, ModuleModel module, IEnumerable<string> names,
        Compilation compilation, CancellationToken cancellation)
    {
        var sizes = new Dictionary<string, Dim>(StringComparer.Ordinal);
        if (TorchSymbols.In(compilation) is not { } torch)
        {
            return sizes;
        }

        var reader = new ModuleReader(compilation, torch, frees: false, isApart: false, cancellation);
        foreach (var written in names.Where(static n => n.Contains('.')).Distinct())
        {
            var dot = written.IndexOf('.');
            var field = written.Substring(0, dot);
            var held = module.Constructor.Members.FirstOrDefault(m => m.Field is { } kept
                && kept.StartsWith($"{field}.", StringComparison.Ordinal) && !m.Name.StartsWith($"{field}.", StringComparison.Ordinal));
            var name = held is null ? written : held.Name.Substring(0, held.Name.IndexOf('.')) + written.Substring(dot);
            if (module.Constructor.Members.Any(m => m.Name == name && m.IsInteger))
            {
                sizes[written] = Dim.Name(name);
            }
            else if (SizeFieldReader.Read(type, [name], module.Constructor, s => reader.layers.Values(s), compilation, cancellation) is
                [{ Value: { IsUnknown: false } size }])
            {
                sizes[written] = size;
            }
        }

        return sizes;
    }

    /// <summary>The body of the user's <c>Forward</c>, or of the user's own <c>forward</c>.</summary>
    private BodyModel? Body(INamedTypeSymbol type, IReadOnlyList<ISymbol> members, ForwardModel forward)
    {
        return forward.Kind is ForwardKind.Method or ForwardKind.Own && ForwardReader.Method(members, torch) is { } method
            ? new BodyReader(type, compilation, torch, layers, cancellation, InsideOf).Read(method)
            : null;
    }

    /// <summary>The body of the base class's <c>Forward</c>, with the methods that this class has of its own; null for a chain.</summary>
    private BodyModel? InheritedBody(INamedTypeSymbol type)
    {
        for (var t = type.BaseType; t is not null && UserDeclarations.IsOwn(t, compilation); t = t.BaseType)
        {
            if (ForwardReader.Method(UserDeclarations.Members(t).ToArray(), torch) is { } method)
            {
                return new BodyReader(type, compilation, torch, layers, cancellation, InsideOf).Read(method);
            }

            if (ReadNested(t) is not { Forward.Kind: ForwardKind.None })
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>The methods that are being read: one that comes to itself through others is not followed.</summary>
    private readonly HashSet<IMethodSymbol> inside = new(SymbolEqualityComparer.Default);

    private ModuleModel? InsideOf(IMethodSymbol method)
    {
        if (inside.Count >= Deepest || !inside.Add(method))
        {
            return null;
        }

        var read = ReadNested(method.ContainingType) is { IsHandWritten: false, Contract: null } module
            ? Inside(module, method.ContainingType, method) : null;
        inside.Remove(method);
        return read;
    }

    /// <summary>The module as if a method of it were its <c>Forward</c>.</summary>
    private ModuleModel? Inside(ModuleModel module, INamedTypeSymbol type, IMethodSymbol method) =>
        new BodyReader(type, compilation, torch, layers, cancellation, InsideOf) { Self = Self(module) }.Read(method) is { } body
        ? module with
        {
            Body = body,
            Forward = Receiver(method) is { } receiver && ForwardReader.Of(ForwardKind.Own, method, torch) is var forward
                ? forward with { Inputs = forward.Inputs.Prepend(receiver).ToEquatableArray() }
                : ForwardReader.Of(ForwardKind.Own, method, torch),
            Signature = SignatureReader.Of(method),
            Chain = null,
            Expect = null,
            Freeing = null,
            MayKeep = false,
            Findings = default,
        } : null;

    /// <summary>What a method of an extension block is called on.</summary>
    private InputModel? Receiver(IMethodSymbol method) =>
        method.IsStatic || UserDeclarations.ExtensionParameter(method.ContainingType) is not { Type: { } written } parameter
        || compilation.ModelOf(written.SyntaxTree).GetTypeInfo(written, cancellation).Type is not { } type ? null
            : new(parameter.Identifier.ValueText, LayerReader.Name(type), Default: null, torch.IsTensor(type));

    /// <summary>The module as a layer of itself, with the sizes that its own constructor was given.</summary>
    private static LayerModel Self(ModuleModel module) => new()
    {
        Name = LayerModel.Self,
        Key = "",
        Type = module.Type.MetadataName,
        TypeName = module.Type.Name,
        Origin = LayerOrigin.Constructor,
        Flow = LayerFlow.Other,
        Written = LayerModel.Self,
        Nested = module,
        Arguments = module.Constructor.Parameters.Select(p => new Argument(p.Name, p switch
        {
            { IsInteger: true } => new Value.Integer(Dim.Name(p.Name)),
            { IsBoolean: true } => new Value.Condition(new Truth.Flag(p.Name)),
            _ => new Value.Parameter(p.Name, p.Type),
        }, p.Name)).ToEquatableArray(),
    };
}
