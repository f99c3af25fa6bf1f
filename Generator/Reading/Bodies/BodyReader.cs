using System.Runtime.CompilerServices;
using Gen.Model;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <summary>Reads the body of <c>Forward</c>, and of the methods of the class that it calls, into statements without anything of
/// Roslyn.</summary>
internal sealed partial class BodyReader(INamedTypeSymbol type, Compilation compilation, TorchSymbols torch, LayerReader layers,
    CancellationToken cancellation, Func<IMethodSymbol, ModuleModel?>? readInside = null)
{
    /// <summary>The module whose method is read, where that is not its <c>Forward</c>: it may call itself.</summary>
    public LayerModel? Self { get; init; }

    private const int MostMethods = 200;

    private readonly Dictionary<string, MethodModel?> methods = new(StringComparer.Ordinal);

    /// <summary>The methods that are called, to be read one after the other and not within one another.</summary>
    private readonly Queue<(string Key, IMethodSymbol Method)> called = new();

    /// <summary>The objects that fields hold, by the keys of the code that gives them.</summary>
    private readonly Queue<(string Key, ExpressionSyntax Value)> held = new();

    public BodyModel? Read(IMethodSymbol entry)
    {
        methods[Key(entry)] = null;
        methods[Key(entry)] = Read(Current = Key(entry), entry, isEntry: true);
        ReadCalled();
        return methods[Key(entry)] is null ? null : new BodyModel(Key(entry), methods.Values.OfType<MethodModel>().ToEquatableArray());
    }

    /// <summary>What members are set to, one after the other, as the body of a method without parameters that returns the last.</summary>
    public BodyModel? Read(IReadOnlyList<(string Member, ExpressionSyntax Value)> settings, string name)
    {
        var statements = new List<Statement>();
        foreach (var (member, value) in settings)
        {
            if (Expression(value) is not { } node)
            {
                return null;
            }

            statements.Add(statements.Count == settings.Count - 1 ? new Statement.Return(0, node)
                : new Statement.Declare(StateModel.Local(member), node));
        }

        return Method(name, new Statement.Block(statements.ToEquatableArray()));
    }

    /// <summary>What a member holds by the way through the constructor, as the body of a method without parameters.</summary>
    public BodyModel? Read(Holding held, string name) => Ways(held) is { } body ? Method(name, body) : null;

    private Statement? Ways(Holding held) => held switch
    {
        Holding.Set set => Expression(set.Value) is { } value ? new Statement.Return(0, value) : null,
        Holding.Null or Holding.Unset => new Statement.Return(0, new Expression.Constant(0, new Value.Null())),
        Holding.Either { Condition: { } condition } either
            when Expression(condition) is { } asked && Ways(either.Then) is { } then && Ways(either.Otherwise) is { } otherwise =>
            new Statement.If(asked, then, otherwise),
        _ => null,
    };

    private Expression? Expression(ExpressionSyntax expression)
    {
        var semantics = compilation.ModelOf(expression.SyntaxTree);
        return semantics.OperationOf(expression, cancellation) is { } operation ? Method(expression, semantics).Read(operation) : null;
    }

    private BodyModel Method(string name, Statement body)
    {
        methods[name] = new MethodModel(name, default, body);
        ReadCalled();
        return new BodyModel(name, methods.Values.OfType<MethodModel>().ToEquatableArray());
    }

    /// <summary>The key of the method that is being read.</summary>
    public string Current { get; private set; } = Ordinary;

    /// <summary>A module, or a class that Gen makes one.</summary>
    public bool IsModule(INamedTypeSymbol candidate) =>
        torch.IsModule(candidate) || UserDeclarations.FirstAnnotated(candidate.OriginalDefinition) is not null;

    /// <summary>The module that a readonly field holds.</summary>
    public LayerModel? Module(IFieldSymbol field) =>
        (Module(field.Type, Definitions.Of(field, compilation, cancellation)) ?? OfType(field.Type, field.Name)) is { } module
            ? module with { Place = Anchor.Member(field.Name) with { Type = TypeReader.MetadataName(field.ContainingType) } }
            : null;

    /// <summary>Some code changes in place what the field holds, or what has its name.</summary>
    public bool IsChangedInPlace(IFieldSymbol field) => InPlaceCalls.AreOn(field.Name, compilation, cancellation);

    /// <summary>What a readonly field is set to where that is written once.</summary>
    public IOperation? DefinitionOf(IFieldSymbol field) =>
        Definitions.Of(field, compilation, cancellation) is { } definition
            ? compilation.ModelOf(definition.SyntaxTree).OperationOf(definition, cancellation) is { } operation
                ? ValueReader.Unwrap(operation) : null
            : null;

    /// <summary>The module that a property without a setter is.</summary>
    public LayerModel? Module(IPropertySymbol property) =>
        Module(property.Type, Definitions.Of(property, cancellation)) ?? OfType(property.Type, property.Name);

    /// <summary>A new module of that class is where its parameters were made: no constructor moves it.</summary>
    public bool StaysAtHome(INamedTypeSymbol module) => ModuleMoves.StaysAtHome(module, compilation, cancellation);

    /// <summary>The classes that are of a type, by their names in metadata.</summary>
    public IEnumerable<string> Of(INamedTypeSymbol known) => CallTargets.Of(known, compilation);

    /// <summary>Some module of that class.</summary>
    public LayerModel? OfType(ITypeSymbol? type, string written) => layers.OfType(type, written, IsOrdinary);

    private LayerModel? Module(ITypeSymbol type, ExpressionSyntax? definition) =>
        type is INamedTypeSymbol named && IsModule(named) && definition is not null
        && compilation.ModelOf(definition.SyntaxTree) is var semantics && semantics.OperationOf(definition, cancellation) is { } operation
        && layers.Item(operation, semantics) is { } item && (item.NotUnderstood is null || layers.OfType(type, item.Written) is null)
            ? item
            : null;

    /// <summary>What tells a method from its overloads.</summary>
    public static string Key(IMethodSymbol method) => Keys.GetValue(method.OriginalDefinition, static m => m.ToDisplayString());

    private static readonly ConditionalWeakTable<IMethodSymbol, string> Keys = new();

    /// <summary>What tells a method of another class, of which the key names the class.</summary>
    private static string KeyIn(IMethodSymbol method)
    {
        var type = UserDeclarations.IsExtension(method.ContainingType) ? method.ContainingType.ContainingType : method.ContainingType;
        return Anchor.KeyIn(TypeReader.MetadataName(type), Key(method));
    }

    /// <summary>A method of the class or its bases, or a static one of another class that declares no shapes, is read once, after what
    /// calls it; its key.</summary>
    /// <param name="method">The method that is named.</param>
    /// <param name="isBase"><c>base.Method()</c>.</param>
    public string? Follow(IMethodSymbol method, bool isBase = false)
    {
        if (IsOrdinary)
        {
            return null;
        }

        if (method.DeclaringSyntaxReferences.Any(r => IsIterator(r.GetSyntax(cancellation))))
        {
            return null;
        }

        if (IsOfClass(method))
        {
            // A class that is derived from this one and has a method of its own is read by itself.
            if (CallTargets.In(type, method, isBase) is not { IsAbstract: false, IsExtern: false } runs || !IsOwn(runs)
                || (type.IsAbstract && IsOverridable(method, isBase)))
            {
                return null;
            }

            Add(Key(runs), runs);
            return Key(runs);
        }

        if ((!method.IsStatic && !UserDeclarations.IsExtension(method.ContainingType)) || method.IsAbstract || method.IsExtern
            || !IsOwn(method) || SignatureReader.Of(method) is not null)
        {
            return null;
        }

        Add(KeyIn(method), method);
        return KeyIn(method);
    }

    /// <summary>Code that gives one item after the other, when it is asked for them.</summary>
    public static bool IsIterator(SyntaxNode code) => code
        .DescendantNodes(n => n == code || n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        .Any(static n => n is YieldStatementSyntax);

    /// <summary>The member is written in this project.</summary>
    public bool IsOwn(ISymbol member) => UserDeclarations.IsOwn(member.OriginalDefinition, compilation);

    /// <summary>A class that is derived from the module may run another method.</summary>
    public bool IsOverridable(IMethodSymbol method, bool isBase) => !IsOrdinary && !type.IsSealed && IsOfClass(method)
        && CallTargets.In(type, method, isBase) is { IsSealed: false } and ({ IsVirtual: true } or { IsOverride: true }) && !isBase;

    /// <summary>How many classes up the field is, if a class below that has another of the same name.</summary>
    public int Above(IFieldSymbol field)
    {
        var (above, isHidden) = (0, false);
        for (var t = type; t is not null; t = t.BaseType, above++)
        {
            if (SymbolEqualityComparer.Default.Equals(t.OriginalDefinition, field.ContainingType.OriginalDefinition))
            {
                return isHidden ? above : 0;
            }

            isHidden |= t.GetMembers(field.Name).Length > 0;
        }

        return 0;
    }

    /// <summary>The object that a field of the module holds, if that is of a class of the project and is set once, is read after the
    /// code.</summary>
    public void Holds(IFieldSymbol field)
    {
        if (!IsOrdinary && SymbolEqualityComparer.Default.Equals(field.ContainingType.OriginalDefinition, type.OriginalDefinition)
            && field is { IsStatic: false, Type: INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct } own } && IsOwn(own)
            && !IsModule(own) && BodyModel.Held(field.Name) is var key && !methods.ContainsKey(key) && methods.Count < MostMethods
            && Definitions.Of(field, compilation, cancellation) is { } value)
        {
            methods[key] = null;
            held.Enqueue((key, value));
        }
    }

    private bool IsOfClass(IMethodSymbol method)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(t.OriginalDefinition, method.ContainingType?.OriginalDefinition))
            {
                return IsOwn(method);
            }
        }

        return false;
    }

    private void Add(string key, IMethodSymbol method)
    {
        if (methods.ContainsKey(key) || methods.Count >= MostMethods)
        {
            return;
        }

        methods[key] = null;
        called.Enqueue((key, method));
    }

    private void ReadCalled()
    {
        while (called.Count + held.Count > 0)
        {
            if (called.Count == 0)
            {
                var (name, value) = held.Dequeue();
                methods[name] = Expression(value) is { } made ? new MethodModel(name, default, new Statement.Return(0, made)) : null;
                continue;
            }

            var (key, method) = called.Dequeue();
            Current = key;
            methods[key] = IsOrdinary || (!method.IsStatic && Anchor.IsOfOther(key)) ? ReadFollowed(key, method) : Read(key, method);
        }
    }

    private MethodModel? Read(string key, IMethodSymbol method, bool isEntry = false)
    {
        var syntax = CodeOf(method, cancellation);
        if (syntax is null)
        {
            return null;
        }

        var semantics = compilation.ModelOf(syntax.SyntaxTree);
        var reader = Method(syntax, semantics);
        var parameters = method.Parameters.Select(p => new ExpressionArgument(p.Name, reader.Default(p), p.HasExplicitDefaultValue));
        var receiver = isEntry && !method.IsStatic ? UserDeclarations.ExtensionReceiver(method.ContainingType) : null;
        if (receiver is not null)
        {
            parameters = parameters.Prepend(new(receiver, new Expression.Opaque(0, ""), IsDefault: false));
        }

        // Half-typed code is not judged.
        var operation = syntax.ContainsDiagnostics ? null : semantics.OperationOf(syntax, cancellation) switch
        {
            IMethodBodyBaseOperation code => code.BlockBody ?? code.ExpressionBody,
            IBlockOperation block => block,
            _ => null,
        };
        return new MethodModel(key, parameters.ToEquatableArray(), operation is null ? null
            : receiver is null ? OfReceiver(method, reader.Body(operation)) : reader.Body(operation));
    }

    /// <summary>The code of a method or of a property's getter, from which its nodes are numbered.</summary>
    public static SyntaxNode? CodeOf(IMethodSymbol method, CancellationToken cancellation) =>
        method.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).FirstOrDefault(static s => s is
            BaseMethodDeclarationSyntax { Body: not null } or BaseMethodDeclarationSyntax { ExpressionBody: not null }
            or AccessorDeclarationSyntax { Body: not null } or AccessorDeclarationSyntax { ExpressionBody: not null }
            or ArrowExpressionClauseSyntax);

    /// <summary>In an extension block what the member is called on has a name of its own.</summary>
    private static Statement OfReceiver(ISymbol member, Statement body) =>
        UserDeclarations.ExtensionReceiver(member.ContainingType) is not { } name ? body
            : new Statement.Block(EquatableArray.Of(
                new Statement.Declare(name, new Expression.Local(0, BodyModel.This)), body));

    private StatementReader Method(SyntaxNode syntax, SemanticModel semantics)
    {
        var numbers = new Dictionary<SyntaxNode, int>();
        foreach (var node in syntax.DescendantNodesAndSelf())
        {
            numbers[node] = numbers.Count;
        }

        return new StatementReader(this, torch, layers.Values(semantics), node => numbers.TryGetValue(node, out var number) ? number : 0,
            operation => layers.Item(operation, semantics), cancellation);
    }
}
