using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <summary>Reads a class with annotated members into a <see cref="ModuleModel"/>. Modules in its fields are read on the way, each
/// once.</summary>
internal sealed partial class ModuleReader
{
    private const int Deepest = 40;

    private readonly Compilation compilation;
    private readonly TorchSymbols torch;
    private readonly CancellationToken cancellation;
    private readonly LayerReader layers;

    /// <summary>When its tensors are freed is read too: what is generated depends on it, and the peak of memory, but no other
    /// message.</summary>
    private readonly bool frees;

    private readonly Dictionary<INamedTypeSymbol, ModuleModel?> read = new(SymbolEqualityComparer.Default);
    private readonly HashSet<INamedTypeSymbol> open = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<INamedTypeSymbol, int> heights = new(SymbolEqualityComparer.Default);
    private readonly ProjectReadings project;
    private readonly int shortages = StackSpace.Shortages;

    /// <summary>Code is read in another compilation than classes are.</summary>
    private readonly bool isApart;

    /// <summary>The reader of classes, where code is read apart from them.</summary>
    private ModuleReader? classes;
    private bool isInCircle;

    /// <summary>How deep modules stood in one another so far.</summary>
    private int reached;

    private ModuleReader(Compilation compilation, TorchSymbols torch, bool frees, bool isApart, CancellationToken cancellation)
    {
        this.frees = frees;
        this.isApart = isApart;
        this.compilation = compilation;
        this.torch = torch;
        this.cancellation = cancellation;
        project = ProjectReadings.Of(compilation);
        layers = new LayerReader(compilation, torch, ReadNested, cancellation);
    }

    /// <summary>All that there is to know of a class; null where it has no annotated member, or the compilation does not refer to
    /// TorchSharp.</summary>
    public static ModuleModel? Read(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) =>
        Kept(type, compilation, ReadingKind.WholeAtRoot, ReadingKind.Whole) is { } kept
            ? kept.Module is { IsHandWritten: false } module ? module : null
            : UserDeclarations.FirstAnnotated(type) is not null ? ReadWhole(type, compilation, frees: true, cancellation) : null;

    /// <summary>The same for a declaration of the class.</summary>
    public static ModuleModel? Read(TypeDeclarationSyntax declaration, string key, ProjectReadings project, CancellationToken cancellation)
    {
        var compilation = project.Compilation;
        if (TorchSymbols.In(compilation) is not { } torch)
        {
            return null;
        }

        var whole = MissingParts.ForReading(compilation, torch, cancellation);
        return whole.ModelOf(declaration.SyntaxTree).GetDeclaredSymbol(declaration, cancellation) is { TypeKind: TypeKind.Class } type
            && UserDeclarations.FirstAnnotated(type) is not null
                ? ReadIn(whole, type, key, frees: true, cancellation)
                : project.Snapshot.Keep(key, ReadingKind.WholeAtRoot, null, 0);
    }

    /// <summary>The same as far as messages need it.</summary>
    public static ModuleModel? ReadForMessages(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        if (Kept(type, compilation, ReadingKind.WholeAtRoot, ReadingKind.Whole, ReadingKind.MessagesAtRoot,
            ReadingKind.Messages) is { Module: not { Expect.IsOfMemory: true, Freeing: null, MayKeep: false } } kept)
        {
            return kept.Module is { IsHandWritten: false } module ? module : null;
        }

        return UserDeclarations.FirstAnnotated(type) is not null
            ? ReadWhole(type, compilation, ExpectReader.Read(type) is { IsOfMemory: true }, cancellation) : null;
    }

    /// <summary>A module that the user wrote by hand; null for others.</summary>
    public static ModuleModel? ReadHandWritten(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) =>
        Kept(type, compilation, ReadingKind.MessagesAtRoot, ReadingKind.Messages) is { } kept
            ? kept.Module is { IsHandWritten: true } module ? module : null
            : UserDeclarations.FirstAnnotated(type) is null ? ReadWhole(type, compilation, frees: false, cancellation) : null;

    /// <summary>What was read of a class already, in this compilation or in an earlier one.</summary>
    private static KeptReading? Kept(INamedTypeSymbol type, Compilation compilation, params ReadingKind[] kinds)
    {
        var project = ProjectReadings.Of(compilation);
        return project.Outline(type) is { Key: var key }
            ? kinds.Select(k => project.Snapshot.Find(key, k)).FirstOrDefault(k => k is not null) : null;
    }

    private static ModuleModel? ReadWhole(INamedTypeSymbol type, Compilation compilation, bool frees, CancellationToken cancellation)
    {
        if (TorchSymbols.In(compilation) is not { } torch)
        {
            return null;
        }

        var key = ProjectReadings.Of(compilation).Outline(type)?.Key;
        var whole = MissingParts.ForReading(compilation, torch, cancellation);
        return ReadIn(whole, ReferenceEquals(whole, compilation) ? type : type.In(whole, cancellation), key, frees, cancellation);
    }

    private static ModuleModel? ReadIn(Compilation whole, INamedTypeSymbol type, string? key, bool frees, CancellationToken cancellation)
    {
        var reader = new ModuleReader(whole, TorchSymbols.In(whole)!, frees, isApart: false, cancellation);
        var module = reader.ReadNested(type);
        return key is null ? module
            : reader.Keep(key, frees ? ReadingKind.WholeAtRoot : ReadingKind.MessagesAtRoot, module, reader.reached);
    }

    /// <summary>Keeps what was read, unless the stack was too small for all of it.</summary>
    private ModuleModel? Keep(string key, ReadingKind kind, ModuleModel? module, int height) =>
        shortages == StackSpace.Shortages ? project.Snapshot.Keep(key, kind, module, height) : module;

    /// <summary>What an expression builds; null where it builds no module.</summary>
    public static LayerModel? ReadModule(ExpressionSyntax expression, Compilation compilation, CancellationToken cancellation) =>
        compilation.ModelOf(expression.SyntaxTree) is var semantics
            && semantics.OperationOf(expression, cancellation) is { } operation ? ReadModule(operation, semantics, cancellation) : null;

    /// <summary>What an expression builds; null where it builds no module.</summary>
    public static LayerModel? ReadModule(IOperation operation, SemanticModel semantics, CancellationToken cancellation)
    {
        var compilation = semantics.Compilation;
        if (TorchSymbols.In(compilation) is not { } torch)
        {
            return null;
        }

        if (MissingParts.Whole(compilation, torch, cancellation) is var whole && !ReferenceEquals(whole, compilation))
        {
            (compilation, torch, semantics) = (whole, TorchSymbols.In(whole)!, whole.ModelOf(operation.Syntax.SyntaxTree));
            operation = semantics.OperationOf(operation.Syntax, cancellation) ?? operation;
        }

        return new ModuleReader(compilation, torch, frees: false, isApart: true, cancellation).layers.Item(operation, semantics);
    }

    /// <summary>Code of a class that is no module, as a body without layers of its own.</summary>
    public static OrdinaryCode? ReadOrdinary(IMethodSymbol method, SyntaxNode declaration, IReadOnlyList<IOperation> blocks,
        Compilation compilation, CancellationToken cancellation)
    {
        if (TorchSymbols.In(compilation) is not { } torch)
        {
            return null;
        }

        if (MissingParts.Whole(compilation, torch, cancellation) is var whole && !ReferenceEquals(whole, compilation))
        {
            var semantics = whole.ModelOf(declaration.SyntaxTree);
            blocks = [.. blocks.Select(b => semantics.OperationOf(b.Syntax, cancellation)).OfType<IOperation>()
                .Select(b => b is IMethodBodyOperation { BlockBody: { } statements } ? statements : b)];
            method = semantics.GetDeclaredSymbol(declaration, cancellation) as IMethodSymbol ?? method;
            (compilation, torch) = (whole, TorchSymbols.In(whole)!);
        }

        var type = method.ContainingType;
        var reader = new ModuleReader(compilation, torch, frees: false, isApart: true, cancellation);
        var bodies = new BodyReader(type, compilation, torch, reader.layers, cancellation, reader.InsideOf);
        return bodies.ReadOrdinary(declaration, method.Parameters, blocks) is { } body
            ? new(new ModuleModel
            {
                Type = new TypeModel(type.Name, "", default, new TypeHeader("class", type.Name, default), null, false, false, false),
                Constructor = new(ConstructorKind.None, default),
                Layers = default,
                States = default,
                Chain = null,
                Forward = new ForwardModel(ForwardKind.Own, default, ""),
                Signature = null,
                Expect = null,
                Occupied = default,
                Findings = default,
                Body = body,
            }, bodies.Places, bodies.Methods)
            : null;
    }

    /// <summary>A class that code of another compilation holds.</summary>
    private ModuleModel? ReadApart(INamedTypeSymbol type)
    {
        if (read.TryGetValue(type, out var known))
        {
            return known;
        }

        if (Kept(type, compilation, ReadingKind.Messages, ReadingKind.Whole) is { } kept)
        {
            return read[type] = kept.Module;
        }

        if (classes is null)
        {
            var whole = MissingParts.ForReading(compilation, torch, cancellation);
            classes = new ModuleReader(whole, TorchSymbols.In(whole)!, frees, isApart: false, cancellation);
        }

        return read[type] = classes.ReadNested(type.In(classes.compilation, cancellation));
    }

    private ModuleModel? ReadNested(INamedTypeSymbol type)
    {
        type = type.OriginalDefinition;
        if (isApart && UserDeclarations.IsOwn(type, compilation))
        {
            return ReadApart(type);
        }

        if (read.TryGetValue(type, out var known))
        {
            // What holds itself is another thing seen from within.
            isInCircle |= open.Contains(type);
            reached = Math.Max(reached, open.Count + (heights.TryGetValue(type, out var below) ? below : 0));
            return known;
        }

        var outline = project.Outline(type);
        if (outline is not null && ((frees ? null : project.Snapshot.Find(outline.Key, ReadingKind.Messages))
            ?? project.Snapshot.Find(outline.Key, ReadingKind.Whole)) is { } kept && open.Count + kept.Height <= Deepest)
        {
            reached = Math.Max(reached, open.Count + kept.Height);
            heights[type] = kept.Height;
            return read[type] = kept.Module;
        }

        // What is nested deeper than modules are walked is unknown, seen from there.
        if (open.Count >= Deepest)
        {
            isInCircle = true;
            return null;
        }

        // A class that holds itself would never end: while it is being read, it is unknown.
        read[type] = null;
        open.Add(type);
        var (outer, level) = (reached, open.Count);
        reached = level;
        if (type.TypeKind == TypeKind.Class && UserDeclarations.IsOwn(type, compilation))
        {
            // As if nothing were around it: it is kept for wherever it stands.
            read[type] = UserDeclarations.FirstAnnotated(type) is not null ? layers.Anew(() => ReadClass(type, isHandWritten: false))
                : HandWritten.IsRenamed(type, cancellation)
                    ? layers.Anew(() => ReadClass(type, isHandWritten: true)) is
                        { Forward.Kind: ForwardKind.None, Type.Base.Module: not null } renamed ? renamed : null
                : HandWritten.IsModule(type, torch, cancellation) ? layers.Anew(() => ReadClass(type, isHandWritten: true)) : null;
        }
        else if (type.TypeKind == TypeKind.Class && type.Find(Annotations.Contract) is { } contract)
        {
            read[type] = Compiled(type, contract);
        }

        open.Remove(type);
        heights[type] = reached - level + 1;
        reached = Math.Max(outer, reached);
        if (open.Count == 0 && !isInCircle && !isApart)
        {
            foreach (var entry in read.ToArray())
            {
                if (entry.Value is { } model && project.Outline(entry.Key) is { Key: var key })
                {
                    read[entry.Key] = Keep(key, frees ? ReadingKind.Whole : ReadingKind.Messages, model, heights[entry.Key]);
                }
            }
        }

        return read[type];
    }

    private ModuleModel ReadClass(INamedTypeSymbol type, bool isHandWritten)
    {
        cancellation.ThrowIfCancellationRequested();
        var findings = new List<Finding>();
        var declarations = UserDeclarations.Of(type, cancellation).ToArray();
        var members = UserDeclarations.Members(type).ToArray();
        var header = TypeReader.Read(type, declarations, compilation, torch,
            t => ReadNested(t) is { IsHandWritten: false, Contract: null } basis ? basis : null, cancellation, findings);
        header = header with { Base = header.Base is null ? null : header.Base with { Arguments = layers.BaseArguments(declarations) } };
        var constructor = ConstructorReader.Read(type, declarations, compilation, cancellation);
        var holdings = Holdings.Of(declarations);
        var built = new List<LayerModel>();
        var states = new List<StateModel>();
        var stateReader = new StateReader(declarations, members, compilation, torch, layers, cancellation);
        foreach (var member in members.Where(m => isHandWritten
            ? m is IFieldSymbol { IsStatic: false } f && LayerReader.Held(f.Type) is { } held
                && (torch.IsModule(held) || held.Name == "Parameter"
                    || UserDeclarations.FirstAnnotated(held.OriginalDefinition) is not null) : Annotations.IsAnnotated(m)))
        {
            if (!IsUsable(member, findings) || member is not IFieldSymbol field)
            {
                continue;
            }

            MemberChecks.Names(field, torch, findings);
            if (isHandWritten ? field.Type.Name == "Parameter" : !field.Has(Annotations.Layer))
            {
                if (isHandWritten || MemberChecks.IsState(field, torch, findings))
                {
                    states.Add(stateReader.Read(field));
                }
            }
            else if (LayerReader.Held(field.Type) is { } fieldType && IsModule(fieldType))
            {
                if (layers.Read(field, holdings, findings) is { } layer)
                {
                    built.Add(isHandWritten ? layer : layer with { Recomputed = RecomputeReader.Every(field) });
                }
            }
            else if (field.Type.TypeKind != TypeKind.Error)
            {
                findings.Add(new(FindingKind.LayerTypeIsNoModule, Anchor.Member(field.Name), field.Name,
                    field.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)));
            }
        }

        var (ties, other) = TieReader.Read(type, declarations, [.. built.Select(l => l.Name)], torch, compilation, cancellation);
        MemberChecks.Keys(built, states, header.Base?.Keys ?? default, findings);
        var chain = ChainReader.Read(type, built, findings);
        var forward = ForwardReader.Read(members, header, chain is not null, torch, findings);
        var signature = SignatureReader.Read(type, members, torch, findings);
        var basis = InheritedForward.Of(header, forward, findings);
        if (basis is not null)
        {
            forward = basis.Forward with { Kind = ForwardKind.None };
            signature ??= InheritedForward.Signature(basis, header.Base!.Arguments, constructor);
        }

        var recomputed = isHandWritten || !RecomputeReader.Check(type, members, built, forward, findings)
            || ForwardReader.Method(members, torch) is not { } called ? null
                : Freeing.RecomputedCalls.Of(called, type, compilation, torch, built, findings, cancellation);
        var freeing = frees && forward.Kind == ForwardKind.Method
            ? ForwardReader.Method(members, torch) : null;
        return new ModuleModel
        {
            IsHandWritten = isHandWritten,
            Body = basis is null ? Body(type, members, forward) : InheritedBody(type),
            Ties = ties.ToEquatableArray(),
            NotUnderstoodTie = other,
            Freeing = freeing is null ? null : new Freeing.FreeingReader(type, compilation, torch, built, recomputed, cancellation)
                .Read(freeing),
            Recomputed = recomputed?.Body,
            MayKeep = freeing is not null && (built.Any(Freeing.Trust.MayKeep)
                || new Freeing.Escapes(compilation, torch, cancellation).From(freeing, type)),
            Facts = ConstructorReader.Guards(declarations, compilation, s => layers.Values(s), cancellation).ToEquatableArray(),
            Type = header,
            Constructor = constructor,
            Layers = SharedModules.Resolve(built),
            States = states.ToEquatableArray(),
            Chain = chain,
            Forward = forward,
            Signature = signature,
            Sizes = signature is null ? default : SizeFieldReader.Read(type, signature, constructor, s => layers.Values(s), compilation,
                cancellation),
            Named = signature?.Where is null ? default : SizeFieldReader.Named(type, signature, forward).ToEquatableArray(),
            Expect = ExpectReader.Read(type),
            IsRecomputed = type.Has(Annotations.Recompute),
            Export = ExpectReader.ReadExport(type),
            Occupied = members.Where(m => m.Kind is not SymbolKind.NamedType).Select(m => m.Name)
                .Where(n => UserDeclarations.GeneratedMembers.Contains(n) || UserDeclarations.EntryPoints.Contains(n))
                .Distinct().OrderBy(n => n, StringComparer.Ordinal).ToEquatableArray(),
            Findings = findings.ToEquatableArray(),
        };
    }

    /// <summary>Also one that Gen makes a module of, which must be partial, and one that is being read: a class may hold another of its
    /// kind.</summary>
    private bool IsModule(INamedTypeSymbol type) => torch.IsModule(type)
        || (ReadNested(type) is { } nested ? nested.Contract is not null || nested.Type.IsPartial
            : UserDeclarations.FirstAnnotated(type.OriginalDefinition) is not null);

    private static bool IsUsable(ISymbol member, List<Finding> findings)
    {
        if (member is IPropertySymbol)
        {
            findings.Add(new(FindingKind.LayerOnProperty, Anchor.Member(member.Name), member.Name));
            return false;
        }

        if (member.IsStatic)
        {
            findings.Add(new(FindingKind.LayerOnStatic, Anchor.Member(member.Name), member.Name,
                member is IFieldSymbol { IsConst: true } ? "const" : "static"));
            return false;
        }

        return true;
    }
}
