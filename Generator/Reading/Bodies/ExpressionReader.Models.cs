using Gen.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <content>Models in ordinary code, which are built, handed on and returned.</content>
internal sealed partial class ExpressionReader
{
    /// <summary>A module that is built in place; ordinary code has no fields that would say where.</summary>
    /// <param name="at">Where.</param>
    /// <param name="module">The module.</param>
    /// <param name="isNew">It is where a new module is: nothing that is called has moved it.</param>
    private Expression.Constant Built(int at, LayerModel module, bool isNew = false) =>
        new(at,
            new Value.Module(bodies.IsOrdinary && module.Place is null ? module with { Place = Anchor.InBody(bodies.Current, at) }
                : module)
            {
                IsNew = isNew && bodies.IsOrdinary
                    && !module.Arguments.Any(static a => a is { Parameter: "device", Value: not Value.Null }),
            });

    /// <summary>The tensors that a layer of TorchSharp is built with in ordinary code, such as the weights of classes.</summary>
    private Expression WithTensors(int at, Expression.Constant made, LayerModel layer, IEnumerable<IArgumentOperation> arguments,
        Func<SyntaxNode, int> places)
    {
        var tensors = !bodies.IsOrdinary || layer.Factory is null ? [] : arguments.Where(a => a.ArgumentKind != ArgumentKind.DefaultValue
            && a.Parameter is { Type: INamedTypeSymbol type } && torch.IsTensor(type)).ToArray();
        if (tensors.Length == 0)
        {
            return made;
        }

        var reader = places == number ? this : new ExpressionReader(bodies, statements, torch, values, places, readModule, cancellation)
        {
            fixedFields = fixedFields,
        };
        return new Expression.Call(at, Owner.Module, BodyModel.BuiltWith, made, tensors
            .Select(a => new ExpressionArgument(a.Parameter!.Name, reader.Read(a.Value), false)).ToEquatableArray(), layer.Written);
    }

    /// <summary>The layer that a field of another class holds, with the tensors that it is built with there.</summary>
    private Expression OfField(int at, IFieldSymbol field, LayerModel layer)
    {
        var made = new Expression.Constant(at, new Value.Module(layer with { Name = field.Name }));
        return bodies.DefinitionOf(field) is IInvocationOperation { TargetMethod.ContainingType: { } holder } call
            && SymbolEqualityComparer.Default.Equals(holder, torch.Functions)
                ? WithTensors(at, made, layer, call.Arguments, _ => at) : made;
    }

    /// <summary>A tensor that a static readonly field is set to where it is declared, and that nothing changes in place.</summary>
    private Expression? Fixed(int at, IFieldSymbol field)
    {
        if (!bodies.IsOrdinary || field is not { IsStatic: true, IsReadOnly: true, Type: INamedTypeSymbol type } || !torch.IsTensor(type)
            || !bodies.IsOwn(field) || bodies.IsChangedInPlace(field) || !fixedFields.Enter(field))
        {
            return null;
        }

        var reader = new ExpressionReader(bodies, statements, torch, values, _ => at, readModule, cancellation)
        {
            fixedFields = fixedFields,
        };
        var value = bodies.DefinitionOf(field) is { } definition ? reader.Read(definition) : null;
        fixedFields.Leave(field);
        return value;
    }

    /// <summary>What a call gives, where that is a model.</summary>
    private Expression? Model(int at, IInvocationOperation call, bool isFollowed)
    {
        var method = call.TargetMethod;
        if (method is { IsExtensionMethod: true, ContainingType.Name: "ModuleExtensionMethods" }
            && call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0) is { } moved)
        {
            // model.to(device) is the model.
            return new Expression.Call(at, Owner.Module, method.Name, Read(moved.Value),
                call.Arguments.Where(a => a.Parameter is { Ordinal: > 0 }).OrderBy(a => a.Parameter!.Ordinal)
                    .Select(a => new ExpressionArgument(a.Parameter!.Name, Read(a.Value), a.ArgumentKind == ArgumentKind.DefaultValue))
                    .ToEquatableArray(),
                Written(call));
        }

        return SymbolEqualityComparer.Default.Equals(method.ContainingType, torch.Functions) ? null
            : method.IsStatic && call.Type is INamedTypeSymbol type && bodies.IsModule(type)
                && readModule(call) is { NotUnderstood: null } helped
                && !(isFollowed && helped.Arguments.Any(static a => a.Value is Value.Opaque)) ? Built(at, helped)
            : isFollowed ? null : SomeModel(at, call);
    }

    /// <summary>Of a value that is not followed, its class still tells what module it is.</summary>
    private Expression? SomeModel(int at, IOperation operation) =>
        operation is not IInvalidOperation && bodies.OfType(operation.Type, Written(operation)) is { } module ? Built(at, module) : null;

    /// <summary>A parameter of the constructor, which the class keeps.</summary>
    private Expression OfConstructor(int at, IOperation operation, IParameterReferenceOperation parameter) =>
        bodies.CurrentMethod is not { } method ? Kept(at, operation)
        : SymbolEqualityComparer.Default.Equals(method, parameter.Parameter.ContainingSymbol.OriginalDefinition)
            ? new Expression.Local(at, parameter.Parameter.Name)
            : new Expression.Field(at, null, $"({parameter.Parameter.Name})", null, Kept(at, operation));

    private Expression Kept(int at, IOperation operation) => values.Read(operation) switch
    {
        Value.Opaque => Opaque(at, operation),
        Value.Parameter when bodies.IsOrdinary && SomeModel(at, operation) is { } model => model,
        var value => new Expression.Constant(at, value),
    };

    /// <summary>Fields that are set from one another: none is read within itself, and only so many in one method.</summary>
    private sealed class FixedFields
    {
        private const int Most = 64;

        private readonly HashSet<IFieldSymbol> open = new(SymbolEqualityComparer.Default);
        private int count;

        public bool Enter(IFieldSymbol field) => count < Most && open.Add(field) && ++count > 0;

        public void Leave(IFieldSymbol field) => open.Remove(field);
    }
}
