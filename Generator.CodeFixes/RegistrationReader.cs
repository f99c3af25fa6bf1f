using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.CodeFixes;

/// <summary>
/// What the constructors of a hand-written module register, in which order. TorchSharp takes what each field holds at that moment;
/// generated code takes the annotated fields when the module is first used. Where the two could differ, nothing is known.
/// </summary>
internal sealed class RegistrationReader
{
    private static readonly HashSet<string> Filling =
        new(["Add", "append", "extend", "Insert", "insert", "Remove", "RemoveAt", "Clear", "clear", "update", "pop", "add_module",
            "register_module"], StringComparer.Ordinal);

    private readonly TypeDeclarationSyntax declaration;
    private readonly TorchSymbols torch;
    private readonly SemanticModel semantics;
    private readonly CancellationToken cancellation;
    private readonly IReadOnlyList<StateMember> members;
    private readonly Dictionary<StateMember, IReadOnlyList<MemberWrite>> writes;

    private RegistrationReader(INamedTypeSymbol type, TypeDeclarationSyntax declaration, TorchSymbols torch, SemanticModel semantics,
        CancellationToken cancellation)
    {
        (this.declaration, this.torch, this.semantics, this.cancellation) = (declaration, torch, semantics, cancellation);
        members = StateMember.Of(type, torch);
        writes = members.ToDictionary(m => m, m => MemberWrite.Of(m, declaration, semantics.Compilation, cancellation));
    }

    /// <summary>Null where the keys, or their order, could be others once generated code registers.</summary>
    public static IReadOnlyList<Registration>? Read(
        INamedTypeSymbol type, TypeDeclarationSyntax declaration, IReadOnlyList<RegisteringConstructor> constructors, TorchSymbols torch,
        SemanticModel semantics, CancellationToken cancellation)
    {
        var reader = new RegistrationReader(type, declaration, torch, semantics, cancellation);
        var each = constructors.Select(reader.Registered).ToArray();
        return each.All(r => r is not null) && constructors.All(c => !reader.FillsLater(c) && !new EarlyUse(semantics, cancellation).Of(c))
            ? reader.Together(each!, constructors) : null;
    }

    private IReadOnlyList<Registration>? Together(IReadOnlyList<Registration>[] each, IReadOnlyList<RegisteringConstructor> constructors)
    {
        var registered = each.SelectMany(r => r).Distinct().ToArray();
        if (registered.GroupBy(r => r.Member).Any(g => g.Count() > 1) || each.Any(e => !InOrder(e))
            || registered.Any(r => IsSetLater(r.Member, constructors)))
        {
            return null;
        }

        // An attribute stands for all variables of its declaration.
        var others = members.Where(m => registered.All(r => r.Member != m)).ToArray();
        var shared = registered.Where(r => r.Member.Written(cancellation) is VariableDeclaratorSyntax)
            .GroupBy(r => r.Member.Written(cancellation)!.Parent);
        return shared.All(g => g.Select(r => r.Attribute).Distinct().Count() == 1
            && !others.Any(o => o.Written(cancellation)?.Parent == g.Key))
            ? members.Select(m => registered.FirstOrDefault(r => r.Member == m)).OfType<Registration>().ToArray()
            : null;
    }

    /// <summary>The keys come in the order of the fields: parameters, layers and buffers each.</summary>
    private bool InOrder(IReadOnlyList<Registration> registered)
    {
        var places = members.Select((m, i) => (m, i)).ToDictionary(m => m.m, m => m.i);
        return registered.GroupBy(r => r.Attribute.Split('(')[0])
            .All(g => g.Select(r => places[r.Member]) is var order && order.SequenceEqual(order.OrderBy(i => i)));
    }

    private bool IsSetLater(StateMember member, IReadOnlyList<RegisteringConstructor> constructors) =>
        writes[member].Any(w => !w.IsInitializer && (constructors.FirstOrDefault(c => c.Syntax == w.Constructor) is not { } constructor
            || w.Statement >= Taken(member, constructor)));

    /// <summary>The statement that registers a member.</summary>
    private int Taken(StateMember member, RegisteringConstructor constructor) =>
        constructor.Calls.Where(c => RegisteringConstructor.Name(c.Call) == "RegisterComponents"
            || (c.Call.ArgumentList.Arguments is [_, var value, ..] && Held(value.Expression) == member)).Select(c => c.Statement)
            .DefaultIfEmpty(0).First();

    private IReadOnlyList<Registration>? Registered(RegisteringConstructor constructor)
    {
        var registered = new List<Registration>();
        var all = false;
        foreach (var (statement, call) in constructor.Calls)
        {
            if (RegisteringConstructor.Name(call) == "RegisterComponents")
            {
                if (!all && !AddAll(registered, constructor, statement))
                {
                    return null;
                }

                all = true;
            }
            else if (One(call) is not { } one || all || registered.Any(r => r.Member == one.Member))
            {
                return null;
            }
            else
            {
                registered.Add(one);
            }
        }

        // A module that holds this one will call RegisterComponents: then the rest is registered too.
        return all
            || members.All(m => registered.Any(r => r.Member == m)
                || (m.Kind == StateKind.Tensor && !writes[m].Any(w => !w.IsNull && (w.IsInitializer || w.Constructor is not null))))
                ? registered : null;
    }

    /// <summary>What RegisterComponents finds at that statement; false where that is not known.</summary>
    private bool AddAll(List<Registration> registered, RegisteringConstructor constructor, int statement)
    {
        foreach (var member in members.Where(m => registered.All(r => r.Member != m)))
        {
            var set = writes[member].Where(w => !w.IsNull).ToArray();
            var early = set.Where(w => w.IsInitializer || (w.Constructor == constructor.Syntax && w.Statement < statement)).ToArray();
            switch (member.Kind)
            {
                case StateKind.Unknown:
                    if (early.Any(w => w.Value is null || MayBeState(w.Value)))
                    {
                        return false;
                    }

                    break;
                case StateKind.Tensor:
                    var origin = new TensorOrigin(semantics.Compilation, cancellation);
                    if (early.Any(w => !origin.IsPlain(w.Value)))
                    {
                        return false;
                    }

                    if (early.Length > 0)
                    {
                        registered.Add(new Registration(member, "Buffer"));
                    }

                    break;
                default:
                    // Set only later, it was never registered; an attribute would register it.
                    if (early.Length > 0)
                    {
                        registered.Add(new Registration(member, member.Kind == StateKind.Layer ? "Layer" : "Parameter"));
                    }
                    else if (set.Any(w => w.Constructor is null || w.Constructor == constructor.Syntax))
                    {
                        return false;
                    }

                    break;
            }
        }

        return true;
    }

    /// <summary>What <c>new object()</c> makes is no module.</summary>
    private bool MayBeState(ExpressionSyntax value) =>
        semantics.Compilation.GetSemanticModel(value.SyntaxTree).GetTypeInfo(value, cancellation).Type is var held
        && StateMember.CanHold(held, torch) && !(value is BaseObjectCreationExpressionSyntax
            && held?.SpecialType == SpecialType.System_Object);

    /// <summary>
    /// <c>register_module("fc", fc)</c>, under the key that RegisterComponents gives it too: under another one, a module that holds this
    /// one would register it twice.
    /// </summary>
    private Registration? One(InvocationExpressionSyntax call)
    {
        if (call.ArgumentList.Arguments is not [{ NameColon: null } key, { NameColon: null } value, ..] arguments
            || semantics.GetConstantValue(key.Expression, cancellation) is not { HasValue: true, Value: string text }
            || Held(value.Expression) is not { } member || member.Key != text)
        {
            return null;
        }

        switch (RegisteringConstructor.Name(call))
        {
            case "register_module" or "add_module":
                return member.Kind == StateKind.Layer && arguments.Count == 2 ? new Registration(member, "Layer") : null;
            case "register_parameter":
                return member.Kind == StateKind.Parameter && arguments.Count == 2 ? new Registration(member, "Parameter") : null;
            default:
                var isPersistent = arguments.Count < 3 ? true
                    : semantics.GetConstantValue(arguments[2].Expression, cancellation).Value as bool?;
                return member.Kind == StateKind.Tensor && isPersistent is { } persistent
                    ? new Registration(member, persistent ? "Buffer" : "Buffer(Persistent = false)") : null;
        }
    }

    /// <summary>The member, or the one that a local is stored in.</summary>
    private StateMember? Held(ExpressionSyntax value) => semantics.GetSymbolInfo(value, cancellation).Symbol switch
    {
        IFieldSymbol or IPropertySymbol => value is IdentifierNameSyntax
            or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }
            ? members.FirstOrDefault(m => SymbolEqualityComparer.Default.Equals(m.Member,
                semantics.GetSymbolInfo(value, cancellation).Symbol)) : null,
        ILocalSymbol local => value.FirstAncestorOrSelf<ConstructorDeclarationSyntax>()?.DescendantNodes()
            .OfType<AssignmentExpressionSyntax>()
            .Where(a => SymbolEqualityComparer.Default.Equals(semantics.GetSymbolInfo(a.Right, cancellation).Symbol, local))
            .Select(a => Held(a.Left)).OfType<StateMember>().FirstOrDefault(),
        _ => null,
    };

    /// <summary>A list or a dictionary of modules is registered with what is in it at that moment.</summary>
    private bool FillsLater(RegisteringConstructor constructor) =>
        declaration.DescendantNodes(n => n == declaration || n is not TypeDeclarationSyntax).Any(n => n switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name,
            Expression: var target } } => Filling.Contains(name) && IsContainer(target) && IsLater(target, constructor),
        AssignmentExpressionSyntax { Left: ElementAccessExpressionSyntax { Expression: var target } } =>
            IsContainer(target) && IsLater(target, constructor),
        _ => false,
    });

    /// <summary>A method may be called at any time, but what is a local of its own is not registered yet.</summary>
    private bool IsLater(ExpressionSyntax target, RegisteringConstructor constructor) =>
        target.FirstAncestorOrSelf<MemberDeclarationSyntax>(
            ) is ConstructorDeclarationSyntax { Initializer: not { RawKind: (int)SyntaxKind.ThisConstructorInitializer } } around
        ? around == constructor.Syntax && RegisteringConstructor.IndexOf(around, target) > constructor.Calls[0].Statement
        : semantics.GetSymbolInfo(target, cancellation).Symbol is not ILocalSymbol;

    private bool IsContainer(ExpressionSyntax target) => semantics.GetTypeInfo(target, cancellation).Type switch
    {
        { Name: "ParameterList" or "ParameterDict", ContainingAssembly.Name: "TorchSharp" } => true,
        { Name: not "Sequential" } held => torch.IsContainer(held),
        _ => false,
    };
}
