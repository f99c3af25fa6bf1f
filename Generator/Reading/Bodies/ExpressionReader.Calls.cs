using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <content>Calls, of methods, of functions that are handed on, and of constructors.</content>
internal sealed partial class ExpressionReader
{
    private Expression Call(int at, IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (SymbolEqualityComparer.Default.Equals(method.ContainingType, torch.Functions) && readModule(call) is { } built)
        {
            return WithTensors(at, Built(at, built, isNew: true), built, call.Arguments, number);
        }

        if (method is { Name: BodyModel.Loader or BodyModel.TensorDataset, ContainingType: { Name: "data", ContainingType.Name: "utils" } }
            && IsTorchSharp(method.ContainingType))
        {
            return method.Name == BodyModel.Loader ? Loader(at, call, call.Arguments)
                : new Expression.Call(at, Owner.Torch, BodyModel.TensorDataset, null, Given(call.Arguments), Written(call));
        }

        if (method is { IsStatic: true, ContainingType.Name: "distributions" } && IsTorchSharp(method.ContainingType))
        {
            return Distribution(at, method.Name, call.Arguments, call);
        }

        var targets = method.MethodKind is not (MethodKind.LocalFunction or MethodKind.DelegateInvoke)
            ? bodies.Targets(method, call.Instance?.Type, call.Instance?.Syntax is BaseExpressionSyntax) : default;
        if (bodies.IsOrdinary && Model(at, call, targets.Count > 0) is { } model)
        {
            return model;
        }

        // A tensor that is kept is that tensor.
        if (method is { Name: "Keep", ContainingType: { Name: "TensorExtensions",
            ContainingNamespace: { Name: "Gen", ContainingNamespace.IsGlobalNamespace: true } } }
            && call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0) is { } kept)
        {
            return new Expression.Call(at, Owner.Tensor, "Keep", Read(kept.Value), EquatableArray<ExpressionArgument>.Empty, Written(call));
        }

        if (method is { Name: "Additive", ContainingType: { Name: "AttentionMask",
            ContainingNamespace: { Name: "Gen", ContainingNamespace.IsGlobalNamespace: true } } }
            && call.Arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0) is { } mask)
        {
            var blocked = new[] { new ExpressionArgument("mask", Read(mask.Value), IsDefault: false) };
            return new Expression.Call(at, Owner.Torch, "Additive", null, blocked.ToEquatableArray(), Written(call));
        }

        // What a scope is told to spare is that tensor, or those.
        if (method.ContainingType is { Name: "DisposeScope",
            ContainingNamespace: { Name: "TorchSharp", ContainingNamespace.IsGlobalNamespace: true } })
        {
            var spared = method is { IsGenericMethod: true, Name: "MoveToOuter" or "MoveToOther" or "Detach" or "DisposeEverythingBut" }
                ? call.Arguments.Where(a => a.Parameter?.OriginalDefinition.Type is ITypeParameterSymbol).OrderBy(a => a.Parameter!.Ordinal)
                    .Select(a => Spared(at, a.Value)).ToArray()
                : [];
            return spared switch
            {
                [] => new Expression.Constant(at, new Value.Null()),
                [var only] => only,
                _ => new Expression.List(at, spared.ToEquatableArray(), IsTuple: true),
            };
        }

        if (method.ContainingType is { Name: "Enumerable" } sequences && sequences.ToDisplayString() == "System.Linq.Enumerable"
            && values.Read(call) is (Value.List or Value.Repeat) and var listed && !IsOpen(listed))
        {
            return new Expression.Constant(at, listed);
        }

        var arguments = call.Arguments
            .Where(a => a.Parameter is not null)
            .OrderBy(a => a.Parameter!.Ordinal)
            .Select(a => new ExpressionArgument(a.Parameter!.Name, Read(a.Value), a.ArgumentKind == ArgumentKind.DefaultValue,
                a.Parameter.RefKind is RefKind.Out or RefKind.Ref))
            .ToEquatableArray();
        var owner = OwnerOf(method.ContainingType, call.Instance?.Type);
        var name = NameOf(method);
        var extended = call.Instance is not null && UserDeclarations.ExtensionReceiver(method.ContainingType) is { } receiver
            && SignatureReader.Of(method) is not null ? receiver : null;
        if (extended is not null)
        {
            owner = Owner.Other;
        }

        if (IsOfNumbers(method))
        {
            owner = Owner.Math;
        }
        else if (method.MethodKind == MethodKind.LocalFunction)
        {
            owner = Owner.Local;
        }
        else if (method.MethodKind == MethodKind.DelegateInvoke && call.Instance is not null)
        {
            return new Expression.Call(at, Owner.Local, "", Read(call.Instance), arguments, Written(call));
        }
        else if (call.Instance is IInstanceReferenceOperation && bodies.Self is { } self && name is "call" or "forward"
            && !UserDeclarations.IsWritten(method))
        {
            return new Expression.Call(at, Owner.Module, name, new Expression.Constant(at, new Value.Module(self)), arguments,
                Written(call));
        }
        else if ((call.Instance is null or IInstanceReferenceOperation || UserDeclarations.IsExtension(method.ContainingType))
            && bodies.Follow(method, call.Instance?.Syntax is BaseExpressionSyntax) is { } key)
        {
            (owner, name) = (Owner.Class, key);
        }
        else if (targets.Count > 0)
        {
            (owner, name) = (Owner.Class, targets[0].Key);
        }
        else if (method is { IsStatic: true, ReturnsVoid: true, ContainingType.SpecialType: SpecialType.System_Array })
        {
            owner = Owner.Plain;
        }
        else if (owner == Owner.Other
            && (call.Type?.SpecialType is SpecialType.System_Void or SpecialType.System_String or SpecialType.System_Boolean
                or SpecialType.System_Double or SpecialType.System_Single || (call.Type is { } type && ValueReader.IsInteger(type))))
        {
            owner = Owner.Plain;
        }

        return new Expression.Call(at, owner, name, call.Instance is null or IInstanceReferenceOperation ? null : Receiver(call),
            arguments,
            Written(call))
        {
            Types = method.TypeArguments.Select(a => a.ToDisplayString()).ToEquatableArray(),
            Elements = owner == Owner.Torch && name is "tensor" or "as_tensor" or "from_array" or "frombuffer"
                && method.Parameters is [var numbers, ..] ? ElementsOf(call.Arguments, numbers) : "",
            Rank = owner == Owner.Torch && name is "tensor" or "as_tensor" or "from_array" or "frombuffer"
                && method.Parameters is [var array, ..] && !method.Parameters.Any(static p => p.Name is "dimensions" or "rows" or "dim0")
                    && RankOf(call.Arguments, array) is var rank && (bodies.IsOrdinary || rank == 0) ? rank : null,
            Contract = owner is Owner.Other or Owner.Class ? SignatureReader.Of(method) : null,
            Extended = extended,
            IsOwn = owner is Owner.Other or Owner.Class or Owner.Module && bodies.IsOwn(method),
            IsOfSequences = method is { IsStatic: true, ContainingType: { Name: "rnn", ContainingType.Name: "utils" } }
                && IsTorchSharp(method.ContainingType),
            IsOverridable = owner == Owner.Class && bodies.IsOverridable(method, call.Instance?.Syntax is BaseExpressionSyntax),
            Inside = owner == Owner.Module && name is not ("call" or "forward") ? bodies.Inside(method) : null,
            Insides = owner is Owner.Module or Owner.Other or Owner.Class && name is not ("call" or "forward") && call.Instance is { } on
                ? bodies.Insides(method, on.Type, on.Syntax is BaseExpressionSyntax) : default,
            Targets = targets,
            Gives = targets.Count > 0 ? bodies.OfType(call.Type, Written(call)) : null,
        };
    }

    /// <summary>Something in it is not known: what makes it may be followed.</summary>
    private bool IsOpen(Value value) => value switch
    {
        Value.List list => list.Items.Any(IsOpen),
        Value.Repeat repeat => (bodies.IsOrdinary && repeat.Count.Constant is null) || repeat.Count.IsUnknown || IsOpen(repeat.Item),
        Value.Spread spread => bodies.IsOrdinary || IsOpen(spread.Items),
        Value.Opaque => true,
        _ => false,
    };

    /// <summary>How many dimensions a tensor has that is made of numbers of a type in C#.</summary>
    private static int? RankOf(IEnumerable<IArgumentOperation> arguments, IParameterSymbol numbers)
    {
        var type = numbers.Type is { TypeKind: TypeKind.Class, Name: "Array" }
            ? (arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0)?.Value as IConversionOperation)?.Operand.Type : numbers.Type;
        return type switch
        {
            { SpecialType: not SpecialType.None } number when ValueReader.IsNumber(number) => 0,
            IArrayTypeSymbol { ElementType: not IArrayTypeSymbol } array => array.Rank,
            INamedTypeSymbol { Name: "IList" or "List" or "Memory" or "ReadOnlyMemory", TypeArguments: [INamedTypeSymbol] } => 1,
            _ => null,
        };
    }

    /// <summary>The element type that numbers of a type in C# make.</summary>
    private static string ElementsOf(IEnumerable<IArgumentOperation> arguments, IParameterSymbol numbers)
    {
        var type = numbers.Type.TypeKind == TypeKind.Class && numbers.Type.Name == "Array"
            ? (arguments.FirstOrDefault(a => a.Parameter?.Ordinal == 0)?.Value as IConversionOperation)?.Operand.Type : numbers.Type;
        while (type is IArrayTypeSymbol or INamedTypeSymbol { IsTupleType: false, TypeArguments.Length: 1 })
        {
            type = type is IArrayTypeSymbol array ? array.ElementType : ((INamedTypeSymbol)type).TypeArguments[0];
        }

        return type?.SpecialType switch
        {
            SpecialType.System_Single => "Float32",
            SpecialType.System_Double => "Float64",
            SpecialType.System_Int64 => "Int64",
            SpecialType.System_Int32 => "Int32",
            SpecialType.System_Int16 => "Int16",
            SpecialType.System_SByte => "Int8",
            SpecialType.System_Byte => "Byte",
            SpecialType.System_Boolean => "Bool",
            _ => type switch
            {
                { Name: "Half", ContainingNamespace.Name: "System" } => "Float16",
                { Name: "Complex", ContainingNamespace.Name: "Numerics" } => "ComplexFloat64",
                _ => "",
            },
        };
    }

    private Expression Creation(int at, IObjectCreationOperation creation)
    {
        if (readModule(creation) is { } built)
        {
            var made = Built(at, built, isNew: bodies.IsOrdinary && creation.Type is INamedTypeSymbol type && bodies.StaysAtHome(type));

            // The module may hold the objects and functions that its constructor is given.
            return bodies.IsOrdinary && creation.Arguments.Any(a => MayChange(a.Value))
                ? InOrder(at, [new Expression.Call(at, Owner.Plain, "new", null, Given(creation.Arguments), Written(creation)), made])
                : made;
        }

        if (creation.Type is { BaseType: { } basis } && IsTorchSharp(creation.Type) && IsDistribution(basis))
        {
            return Distribution(at, creation.Type.Name, creation.Arguments, creation);
        }

        if (creation is { Type.Name: "Parameter", Arguments: [var tensor, ..] } && IsTorchSharp(creation.Type))
        {
            return new Expression.Call(at, Owner.Torch, "Parameter", null,
                EquatableArray.Of(new ExpressionArgument("data", Read(tensor.Value), false)),
                Written(creation));
        }

        if (creation is { Type: INamedTypeSymbol { Name: "Dictionary", TypeArguments.Length: 2 } map }
            && map.ContainingNamespace.ToDisplayString() == "System.Collections.Generic"
            && creation.Arguments.All(a => Read(a.Value) is Expression.Constant))
        {
            return Made(at, creation.Initializer,
                new Expression.Call(at, Owner.Collection, BodyModel.Map, null, default, Written(creation)));
        }

        if (creation is { Type.Name: BodyModel.Loader or "IterableDataLoader", Arguments.Length: > 0 } && IsTorchSharp(creation.Type))
        {
            return Loader(at, creation, creation.Arguments);
        }

        if (creation is { Type.Name: "Device", Arguments.Length: > 0 } && IsTorchSharp(creation.Type))
        {
            return new Expression.Call(at, Owner.Torch, BodyModel.Device, null,
                creation.Arguments.Where(a => a.Parameter is not null).OrderBy(a => a.Parameter!.Ordinal)
                    .Select(a => new ExpressionArgument(a.Parameter!.Name, Read(a.Value), a.ArgumentKind == ArgumentKind.DefaultValue))
                    .ToEquatableArray(),
                Written(creation));
        }

        if (List(at, creation) is { } list)
        {
            return list;
        }

        // new List<Tensor>() and new() { a, b }: known items.
        if (creation.Type is { Name: "List" } && creation.Arguments.All(a => Read(a.Value) is Expression.Constant))
        {
            var items = creation.Initializer?.Initializers.OfType<IInvocationOperation>().Select(i => i.Arguments.FirstOrDefault())
                .Where(a => a is not null).Select(a => Read(a!.Value)) ?? [];
            return new Expression.List(at, items.ToEquatableArray());
        }

        return bodies.Constructor(creation.Constructor) is { } key ? Made(at, creation.Initializer,
            new Expression.Call(at, Owner.Class, key, null, Given(creation.Arguments), Written(creation))
            {
                New = TypeReader.MetadataName((INamedTypeSymbol)creation.Type!),
            }) : Unfollowed(at, creation, [.. creation.Arguments.Select(a => a.Value), .. Values(creation.Initializer)]);
    }

    /// <summary>A function, or an object of a class of the project.</summary>
    private bool MayChange(IOperation argument) => ValueReader.Unwrap(argument) is IDelegateCreationOperation
        || (ValueReader.Unwrap(argument).Type is INamedTypeSymbol { TypeKind: TypeKind.Class } type && bodies.IsOwn(type)
            && !bodies.IsModule(type));

    private EquatableArray<ExpressionArgument> Given(IEnumerable<IArgumentOperation> arguments) =>
        arguments.Where(a => a.Parameter is not null).OrderBy(a => a.Parameter!.Ordinal)
            .Select(a => new ExpressionArgument(a.Parameter!.Name, Read(a.Value), a.ArgumentKind == ArgumentKind.DefaultValue))
            .ToEquatableArray();

    /// <summary>A loader, with the method that gives the items of its data.</summary>
    private Expression.Call Loader(int at, IOperation operation, IReadOnlyList<IArgumentOperation> arguments)
    {
        var set = arguments.FirstOrDefault(a => a.Parameter?.Name == "dataset")?.Value;
        while (set is IConversionOperation conversion)
        {
            set = conversion.Operand;
        }

        return new Expression.Call(at, Owner.Torch, BodyModel.Loader, null, Given(arguments), Written(operation))
        {
            Targets = bodies.IsOrdinary ? bodies.ItemsOf(set?.Type) : default,
        };
    }

    /// <summary>A method given as a function: <c>fc.call</c>, <c>functional.relu</c>.</summary>
    private Expression Lambda(int at, IMethodReferenceOperation reference)
    {
        var method = reference.Method;
        var parameters = method.Parameters.Select((_, i) => $"#{at}.{i}").ToEquatableArray();
        var arguments = method.Parameters.Zip(parameters,
            (p, name) => new ExpressionArgument(p.Name, new Expression.Local(at, name), false))
            .ToEquatableArray();
        var receiver = reference.Instance is null or IInstanceReferenceOperation ? null : Read(reference.Instance);

        // The function is one of the object of this moment.
        var held = bodies.IsOrdinary && receiver is Expression.Local ? receiver : null;
        receiver = held is null ? receiver : new Expression.Local(at, $"#{at}.on");
        var (owner, name) = method.MethodKind == MethodKind.LocalFunction ? (Owner.Local, method.Name)
            : receiver is null && bodies.Follow(method, reference.Instance?.Syntax is BaseExpressionSyntax) is { } key ? (Owner.Class, key)
            : (OwnerOf(method.ContainingType, reference.Instance?.Type), method.Name);
        var targets = bodies.IsOrdinary && method.MethodKind != MethodKind.LocalFunction
            ? bodies.Targets(method, reference.Instance?.Type, reference.Instance?.Syntax is BaseExpressionSyntax) : default;
        var function = new Expression.Lambda(at, parameters, new Statement.Return(at,
            new Expression.Call(at, targets.Count > 0 ? Owner.Class : owner, targets.Count > 0 ? targets[0].Key : name, receiver,
                arguments, Written(reference)) { Targets = targets }));
        return held is null ? function : InOrder(at, [new Expression.Assign(at, receiver!, held), function]);
    }

    private Expression.Lambda Lambda(int at, IAnonymousFunctionOperation lambda) =>
        new(at, lambda.Symbol.Parameters.Select(p => p.Name).ToEquatableArray(), statements.Body(lambda.Body));

    /// <summary><c>double.Sqrt</c>, <c>int.Max</c> and their like: of numbers a number.</summary>
    private static bool IsOfNumbers(IMethodSymbol method) => method is { IsStatic: true, Parameters.Length: > 0 }
        && ValueReader.IsNumber(method.ContainingType) && ValueReader.IsNumber(method.ReturnType)
        && method.Parameters.All(static p => ValueReader.IsNumber(p.Type) && p.RefKind == RefKind.None);

    private Owner OwnerOf(INamedTypeSymbol? type, ITypeSymbol? receiver)
    {
        if (receiver is not null && torch.IsTensor(receiver))
        {
            return Owner.Tensor;
        }

        if (type is not null && (torch.IsModule(type) || (receiver is not null && torch.IsModule(receiver))))
        {
            return Owner.Module;
        }

        return type?.ToDisplayString() switch
        {
            "TorchSharp.torch.Tensor" => Owner.Tensor,
            "TorchSharp.torch" or "TorchSharp.torch.nn" or "TorchSharp.torch.nn.init" or "TorchSharp.torch.special"
                or "TorchSharp.torch.linalg" or "TorchSharp.torch.fft" => Owner.Torch,
            "TorchSharp.torch.nn.functional" => Owner.Functional,
            "TorchSharp.torch.TensorIndex" => Owner.Index,
            "System.Math" or "System.MathF" => Owner.Math,
            "System.MemoryExtensions" => Owner.Collection,
            { } name when name.StartsWith("System.Linq.", StringComparison.Ordinal)
                || name.StartsWith("System.Collections.", StringComparison.Ordinal)
                || name.StartsWith("System.Array", StringComparison.Ordinal) || name.StartsWith("(", StringComparison.Ordinal)
                || type.IsTupleType => Owner.Collection,
            _ => receiver is IArrayTypeSymbol ? Owner.Collection : type is { Name: "IModule" } ? Owner.Module : Owner.Other,
        };
    }

    private Expression Spared(int at, IOperation value) => MayBeTensor(value.Type)
        ? new Expression.Call(at, Owner.Tensor, "MoveToOuterDisposeScope", Read(value), EquatableArray<ExpressionArgument>.Empty,
            Written(value)) { IsTensor = true }
        : Read(value);
}
