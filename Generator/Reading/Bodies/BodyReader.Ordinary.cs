using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <content>Ordinary code, which is no module's, and the methods and constructors of the project that it calls: each is read once for a
/// compilation, whoever calls it.</content>
internal sealed partial class BodyReader
{
    /// <summary>The key of code that is not followed from a module.</summary>
    public const string Ordinary = "";

    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<string, Followed>> Known = new();

    private readonly Dictionary<string, SyntaxNode> places = new(StringComparer.Ordinal);

    private readonly Dictionary<string, IMethodSymbol> symbols = new(StringComparer.Ordinal);

    /// <summary>What the method that is being read calls.</summary>
    private List<IMethodSymbol> callees = [];

    /// <summary>The code of a class that is no module: what it calls is checked, not what it is.</summary>
    public bool IsOrdinary { get; private set; }

    /// <summary>The method that is being read, where it is one that is called.</summary>
    public IMethodSymbol? CurrentMethod { get; private set; }

    /// <summary>Where the code of the methods stands that are called.</summary>
    public IReadOnlyDictionary<string, SyntaxNode> Places => places;

    /// <summary>The methods that are called.</summary>
    public IReadOnlyDictionary<string, IMethodSymbol> Methods => symbols;

    /// <summary>Any code, by its declaration.</summary>
    public BodyModel? ReadOrdinary(SyntaxNode declaration, IReadOnlyList<IParameterSymbol> parameters, IReadOnlyList<IOperation> blocks)
    {
        IsOrdinary = true;
        if (declaration.ContainsDiagnostics || blocks.FirstOrDefault(b => b is IBlockOperation) is not IBlockOperation block)
        {
            return null;
        }

        var reader = Method(declaration, compilation.ModelOf(declaration.SyntaxTree));
        var given = Modules(parameters).Select(p => (Statement)new Statement.Declare(p.Parameter,
            new Expression.Constant(0, new Value.Module(p.Module))));
        methods[Ordinary] = new MethodModel(Ordinary, default, new Statement.Block(given.Append(reader.Body(block)).ToEquatableArray()));
        ReadCalled();
        return new BodyModel(Ordinary, methods.Values.OfType<MethodModel>().ToEquatableArray());
    }

    /// <summary>The methods of the project that a call may run; none where that is not certain, or they are those of a module, in which its
    /// layers would have to be known.</summary>
    public EquatableArray<(string Type, string Key)> Targets(IMethodSymbol method, ITypeSymbol? receiver, bool isBase)
    {
        if ((!IsOrdinary && method.IsStatic)
            || (!method.IsStatic && (IsModule(method.ContainingType) || (receiver is INamedTypeSymbol held && IsModule(held)))))
        {
            return default;
        }

        if (!IsOrdinary)
        {
            return CallTargets.Only(method, receiver, isBase, compilation) is { } only && !IsIterator(only)
                && SignatureReader.Of(only) is null
                ? EquatableArray.Of((TypeReader.MetadataName(only.ContainingType), ToFollow(only))) : default;
        }

        var all = CallTargets.Of(method, receiver, isBase, compilation);
        var targets = all.Where(t => t.Method.IsStatic || !IsModule(t.Type)).ToArray();
        foreach (var (_, target) in targets)
        {
            callees.Add(target);
            Add(Key(target), target);
        }

        // Another project may have classes of its own, and a module is looked at from the outside.
        var others = targets.Length < all.Count || CallTargets.AreOpen(method, receiver, isBase, compilation)
            ? [("", Key(targets.Length > 0 ? targets[0].Method : method))] : Array.Empty<(string, string)>();
        return targets.Length == 0 ? default
            : targets.Select(t => (TypeReader.MetadataName(t.Type), Key(t.Method))).Concat(others).ToEquatableArray();
    }

    /// <summary>The module of which a method of the project is called, as if that were its <c>Forward</c>.</summary>
    public ModuleModel? Inside(IMethodSymbol method) =>
        method is { IsStatic: false, IsGenericMethod: false, IsAbstract: false, IsVirtual: false, IsOverride: false }
        && UserDeclarations.IsOwn(method.OriginalDefinition, compilation) && readInside?.Invoke(method.OriginalDefinition) is { } inside
            ? inside : null;

    /// <summary>The modules of which such a method of an interface or a base class is called, each with its own method.</summary>
    public EquatableArray<ModuleModel> Insides(IMethodSymbol method, ITypeSymbol? receiver, bool isBase) =>
        !IsOrdinary || method.IsGenericMethod || method is { IsAbstract: false, IsVirtual: false, IsOverride: false } ? default
            : CallTargets.Of(method, receiver, isBase, compilation)
                .Where(t => IsModule(t.Type) && SymbolEqualityComparer.Default.Equals(t.Type, t.Method.ContainingType))
                .Select(t => readInside?.Invoke(t.Method.OriginalDefinition)).OfType<ModuleModel>().ToEquatableArray();

    /// <summary>The constructor of a class of the project that is followed; its key.</summary>
    public string? Constructor(IMethodSymbol? constructor)
    {
        return constructor?.ContainingType is { } type
            && type is { TypeKind: TypeKind.Class } or { TypeKind: TypeKind.Struct, IsReadOnly: true }
            && UserDeclarations.IsOwn(type, compilation) && !IsModule(type) && IsPlain(type)
            ? ToFollow(constructor.OriginalDefinition) : null;
    }

    /// <summary>A method that is read after this one; its key.</summary>
    private string ToFollow(IMethodSymbol method)
    {
        var key = IsOrdinary ? Key(method) : KeyIn(method);
        callees.Add(method);
        Add(key, method);
        return key;
    }

    private bool IsIterator(IMethodSymbol method) =>
        method.DeclaringSyntaxReferences.Any(r => IsIterator(r.GetSyntax(cancellation)));

    /// <summary>The code that is read is that of an object which is no module.</summary>
    public bool IsOfObject => IsOrdinary
        || (CurrentMethod is { IsStatic: false } method && !IsModule(method.ContainingType) && !UserDeclarations.IsExtension(
            method.ContainingType));

    /// <summary>The methods that give an item of a set of data, each with the class of the set that has it.</summary>
    public EquatableArray<(string Type, string Key)> ItemsOf(ITypeSymbol? set)
    {
        if (set is not INamedTypeSymbol named || !IsDataset(named))
        {
            return ItemOf(set) is { } item ? Targets(item, set, isBase: false) : default;
        }

        var items = CallTargets.Derived(named, compilation).Select(type => (Type: type, Item: ItemOf(type)!))
            .Where(static i => i.Item is not null).ToArray();
        foreach (var (_, item) in items)
        {
            callees.Add(item);
            Add(Key(item), item);
        }

        return items.Select(static i => (TypeReader.MetadataName(i.Type), Key(i.Item))).ToEquatableArray();
    }

    private static IMethodSymbol? ItemOf(ITypeSymbol? set)
    {
        for (var type = set; type is not null && !IsDataset(type); type = type.BaseType)
        {
            if (type.GetMembers("GetTensor").OfType<IMethodSymbol>().FirstOrDefault(static m => m.IsOverride) is { } item)
            {
                return item;
            }
        }

        return null;
    }

    private static bool IsDataset(ITypeSymbol type) => type is { Name: "Dataset" or "IterableDataset", ContainingType.Name: "data" }
        && type.ContainingAssembly?.Name == "TorchSharp";

    /// <summary>All that it is made of is in the project, but for what makes it a set of data.</summary>
    private bool IsPlain(INamedTypeSymbol type) =>
        type.BaseType is not { SpecialType: not (SpecialType.System_Object or SpecialType.System_ValueType) } basis
        || IsDataset(basis)
        || (UserDeclarations.IsOwn(basis, compilation) && IsPlain(basis));

    private IEnumerable<(string Parameter, LayerModel Module)> Modules(IReadOnlyList<IParameterSymbol> parameters) =>
        parameters.Select(p => (p.Name, Module: layers.OfType(p.Type, p.Name, IsOrdinary))).Where(p => p.Module is not null)
            .Select(p => (p.Name, p.Module!));

    private MethodModel? ReadFollowed(string key, IMethodSymbol method)
    {
        if (!IsOrdinary)
        {
            var outside = CurrentMethod;
            CurrentMethod = method;
            var (code, _) = method.MethodKind == MethodKind.Constructor ? ReadConstructor(key, method) : ReadCode(key, method);
            CurrentMethod = outside;
            return code;
        }

        var known = Known.GetValue(compilation, static _ => new(StringComparer.Ordinal));
        if (!known.TryGetValue(key, out var followed))
        {
            var (outer, shortages) = (callees, StackSpace.Shortages);
            (callees, CurrentMethod) = ([], method);
            var (model, place) = method.MethodKind == MethodKind.Constructor ? ReadConstructor(key, method) : ReadCode(key, method);
            followed = new(model, place, callees);
            (callees, CurrentMethod) = (outer, null);
            if (shortages == StackSpace.Shortages)
            {
                known[key] = followed;
            }
        }
        else
        {
            followed.Callees.ForEach(m => Add(Key(m), m));
        }

        if (followed.Place is { } at)
        {
            (places[key], symbols[key]) = (at, method);
        }

        return followed.Model;
    }

    private (MethodModel? Model, SyntaxNode? Place) ReadCode(string key, IMethodSymbol method)
    {
        var syntax = CodeOf(method, cancellation);
        if (syntax is null || syntax.ContainsDiagnostics)
        {
            return default;
        }

        var semantics = compilation.ModelOf(syntax.SyntaxTree);
        var reader = Method(syntax, semantics);
        var operation = semantics.OperationOf(syntax, cancellation) switch
        {
            IMethodBodyBaseOperation body => body.BlockBody ?? body.ExpressionBody,
            IBlockOperation block => block,
            _ => null,
        };
        return operation is null ? default : (new MethodModel(key, Parameters(method, reader),
            OfReceiver(method, reader.Body(operation)))
        {
            IsIterator = IsIterator(syntax),
            Modules = Modules(method.Parameters).ToEquatableArray(),
        }, syntax);
    }

    private static EquatableArray<ExpressionArgument> Parameters(IMethodSymbol method, StatementReader reader) =>
        method.Parameters.Select(p => new ExpressionArgument(p.Name, reader.Default(p), p.HasExplicitDefaultValue)).ToEquatableArray();

    /// <summary>What the fields are set to where they are declared, the constructor of the base class, the body.</summary>
    private (MethodModel? Model, SyntaxNode? Place) ReadConstructor(string key, IMethodSymbol constructor)
    {
        var type = constructor.ContainingType;
        var declarations = UserDeclarations.Of(type, cancellation).ToArray();
        var own = constructor.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).FirstOrDefault();
        var primary = own as TypeDeclarationSyntax;
        var declaration = Declaration(constructor, cancellation);
        if (declaration is null || declarations.Any(d => d.ContainsDiagnostics)
            || constructor is { IsImplicitlyDeclared: true, Parameters.Length: > 0 })
        {
            return default;
        }

        // Places are those of the constructor, as where it is looked at alone.
        var semantics = compilation.ModelOf(declaration.SyntaxTree);
        var written = own as ConstructorDeclarationSyntax;
        var reader = Method((SyntaxNode?)written ?? declaration, semantics);
        var isChained = written?.Initializer?.ThisOrBaseKeyword.IsKind(SyntaxKind.ThisKeyword) == true;
        var statements = new List<Statement>();
        if (!isChained)
        {
            statements.AddRange(type.GetMembers().OfType<IFieldSymbol>().Where(static f => f is { IsStatic: false, IsConst: false })
                .Select(static f => (Name: f.AssociatedSymbol?.Name ?? f.Name, Value: Default(f.Type)))
                .Where(static f => f.Value is not null)
                .Select(f => Set(f.Name, new Expression.Constant(0, f.Value!))));
        }

        if (primary?.ParameterList is not null)
        {
            statements.AddRange(constructor.Parameters.SelectMany(p => new[] { $"({p.Name})", p.Name }.Take(type.IsRecord ? 2 : 1)
                .Select(name => Set(name, new Expression.Local(0, p.Name)))));
        }

        if (!isChained)
        {
            statements.AddRange(declarations.SelectMany(d => Initializers(d, d == declaration ? reader : null)));
        }

        if (written is null ? Base(type, primary, reader, semantics) is { } calls && Add(statements, calls)
            : semantics.OperationOf(written, cancellation) is IConstructorBodyOperation body
                && (Chained(type, body, reader) is not { } chained || Add(statements, chained))
                && Add(statements, reader.Body(body.BlockBody ?? body.ExpressionBody)))
        {
            return (new MethodModel(key, Parameters(constructor, reader), new Statement.Block(statements.ToEquatableArray()))
            {
                Modules = Modules(constructor.Parameters).ToEquatableArray(),
                ReadOnly = type.GetMembers().Where(static m => m is IFieldSymbol { IsReadOnly: true, IsStatic: false }
                    or IPropertySymbol { IsReadOnly: true, IsStatic: false }
                    or IPropertySymbol { SetMethod.IsInitOnly: true, IsStatic: false }).Select(static m => m.Name)
                    .Concat(constructor.Parameters.Select(static p => $"({p.Name})")).ToEquatableArray(),
                Positional = type.IsRecord && primary is not null ? constructor.Parameters.Select(p => p.Name).ToEquatableArray() : default,
            }, (SyntaxNode?)written ?? declaration);
        }

        return default;

        static bool Add(List<Statement> statements, Statement statement)
        {
            statements.Add(statement);
            return true;
        }
    }

    /// <summary>The declaration of the class that a constructor is of, in the part that it stands in.</summary>
    public static TypeDeclarationSyntax? Declaration(IMethodSymbol constructor, CancellationToken cancellation) =>
        constructor.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).FirstOrDefault()
            ?.FirstAncestorOrSelf<TypeDeclarationSyntax>()
            ?? UserDeclarations.Of(constructor.ContainingType, cancellation).FirstOrDefault();

    /// <summary>What a field holds before it is set.</summary>
    private static Value? Default(ITypeSymbol type) => type switch
    {
        { IsReferenceType: true } or { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } => new Value.Null(),
        { SpecialType: SpecialType.System_Boolean } => new Value.Boolean(false),
        _ when ValueReader.IsInteger(type) => new Value.Integer(Dim.Zero),
        _ => null,
    };

    private static Statement Set(string name, Expression value) => new Statement.Evaluate(
        new Expression.Assign(value.At, new Expression.Field(value.At, null, name, null, new Expression.Opaque(value.At, "")), value));

    private IEnumerable<Statement> Initializers(TypeDeclarationSyntax declaration, StatementReader? reader)
    {
        var semantics = compilation.ModelOf(declaration.SyntaxTree);
        reader ??= Method(declaration, semantics);
        var settings = declaration.Members.OfType<FieldDeclarationSyntax>()
            .Where(f => !f.Modifiers.Any(SyntaxKind.StaticKeyword) && !f.Modifiers.Any(SyntaxKind.ConstKeyword))
            .SelectMany(f => f.Declaration.Variables).Where(v => v.Initializer is not null)
            .Select(v => (v.SpanStart, v.Identifier.ValueText, v.Initializer!.Value))
            .Concat(declaration.Members.OfType<PropertyDeclarationSyntax>()
                .Where(p => p.Initializer is not null && !p.Modifiers.Any(SyntaxKind.StaticKeyword))
                .Select(p => (p.SpanStart, p.Identifier.ValueText, p.Initializer!.Value)));
        foreach (var (_, name, value) in settings.OrderBy(s => s.SpanStart))
        {
            if (semantics.OperationOf(value, cancellation) is { } operation)
            {
                yield return Set(name, reader.Read(operation));
            }
        }
    }

    /// <summary><c>: base(...)</c> and <c>: this(...)</c>.</summary>
    private Statement? Chained(INamedTypeSymbol type, IConstructorBodyOperation body, StatementReader reader) =>
        body.Initializer is IExpressionStatementOperation { Operation: IInvocationOperation call }
            ? Call(call.TargetMethod, call.Arguments.Where(a => a.Parameter is not null)
                .Select(a => new ExpressionArgument(a.Parameter!.Name, reader.Read(a.Value), a.ArgumentKind == ArgumentKind.DefaultValue)))
            : Base(type, null, reader, null);

    /// <summary>The constructor of the base class that nobody names, or that a primary constructor does.</summary>
    private Statement? Base(INamedTypeSymbol type, TypeDeclarationSyntax? primary, StatementReader reader, SemanticModel? semantics)
    {
        if (primary?.BaseList?.Types.OfType<PrimaryConstructorBaseTypeSyntax>().FirstOrDefault() is { } named)
        {
            return semantics?.GetOperation(named, cancellation) is IInvocationOperation call
                ? Call(call.TargetMethod, call.Arguments.Where(a => a.Parameter is not null).Select(a =>
                    new ExpressionArgument(a.Parameter!.Name, reader.Read(a.Value), a.ArgumentKind == ArgumentKind.DefaultValue)))
                : null;
        }

        return type.BaseType is { SpecialType: not (SpecialType.System_Object or SpecialType.System_ValueType) } basis && !IsDataset(basis)
            ? basis.InstanceConstructors.FirstOrDefault(c => c.Parameters.IsEmpty) is { } constructor ? Call(constructor, []) : null
            : new Statement.Block(default);
    }

    private Statement? Call(IMethodSymbol constructor, IEnumerable<ExpressionArgument> arguments)
    {
        if (constructor.ContainingType.SpecialType == SpecialType.System_Object || IsDataset(constructor.ContainingType))
        {
            return new Statement.Block(default);
        }

        return Constructor(constructor) is { } key
            ? new Statement.Evaluate(new Expression.Call(0, Owner.Class, key, null, arguments.ToEquatableArray(), constructor.Name)
            {
                Targets = EquatableArray.Of((TypeReader.MetadataName(constructor.ContainingType), key)),
            })
            : null;
    }

    /// <summary>A method that was read, where its code stands, and what it calls.</summary>
    private sealed record Followed(MethodModel? Model, SyntaxNode? Place, List<IMethodSymbol> Callees);
}
