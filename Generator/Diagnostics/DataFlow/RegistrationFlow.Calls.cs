using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Diagnostics;

/// <content>Calls: those that register, those of libraries, and those whose code is at hand, which are read with what they are
/// given.</content>
internal sealed partial class RegistrationFlow
{
    private static readonly HashSet<string> Registrations =
        new(["register_module", "add_module", "register_parameter", "register_buffer"], StringComparer.Ordinal);

    /// <summary>They look at what they are given and keep nothing.</summary>
    private static readonly HashSet<string> Questions =
        new(["Contains", "ContainsKey", "ContainsValue", "IndexOf", "Equals", "Remove", "CompareTo", "call", "forward"],
            StringComparer.Ordinal);

    /// <summary>They give one of the things that are in a collection itself, no copy.</summary>
    private static readonly string[] Choices = ["First", "Last", "Single", "ElementAt", "Find", "Get", "Peek", "Pop", "Dequeue"];

    private int Call(IOperation operation, FlowFrame frame)
    {
        switch (operation)
        {
            case IInvocationOperation call:
                return Invocation(call, frame);
            case IObjectCreationOperation creation:
                return Creation(creation, frame);
            case IMethodReferenceOperation reference:
                return Reference(reference, frame);
            default:
                return Unknown(operation, frame);
        }
    }

    private int Invocation(IInvocationOperation call, FlowFrame frame)
    {
        var (receiver, method) = (Evaluate(call.Instance, frame), call.TargetMethod);
        var arguments = call.Arguments.Select(a => (a.Parameter, Node: Evaluate(a, frame))).ToArray();
        if (IsRegistration(method))
        {
            foreach (var (_, node) in arguments)
            {
                graph.Flow(node, receiver);
            }

            return None;
        }

        if (Body(Overriding(method, call.Instance)) is { } body)
        {
            var result = Follow(body, receiver, arguments, frame);
            foreach (var argument in call.Arguments.Where(a => a.Parameter is { RefKind: not (RefKind.None or RefKind.In) }))
            {
                Assign(argument.Value, Variable(argument.Parameter!.OriginalDefinition, frame), frame);
            }

            return ModuleContents.MayHoldModule(call.Type) ? result : None;
        }

        if (method.MethodKind == MethodKind.DelegateInvoke)
        {
            foreach (var (_, node) in arguments)
            {
                graph.Flow(node, receiver);
            }

            return ModuleContents.MayHoldModule(call.Type) ? Part(receiver, null) : None;
        }

        return ModuleContents.IsOfLibrary(method.ContainingType) || ModuleContents.IsOfTorchSharp(method.ContainingType)
            || IsOwnAbstract(method)
            ? Library(call, receiver, arguments, frame)
            : Anything(arguments.Select(a => a.Node), call.Type);
    }

    private bool IsRegistration(IMethodSymbol method) => Registrations.Contains(method.Name) && torch.IsModule(method.ContainingType);

    /// <summary>A method that no class at hand implements: it gives what is not known.</summary>
    private bool IsOwnAbstract(IMethodSymbol method) => method.IsAbstract && method.Parameters.IsEmpty && IsInFamily(method.ContainingType);

    /// <summary>What is not understood may register.</summary>
    private int Anything(IEnumerable<int> given, ITypeSymbol? gives)
    {
        var all = given.ToArray();
        foreach (var node in all)
        {
            graph.Flow(node, registered);
        }

        return ModuleContents.MayHoldModule(gives) && !ModuleContents.IsTensor(gives) ? Made([.. all, graph.Add()], isOrigin: false) : None;
    }

    private int Unknown(IOperation operation, FlowFrame frame)
    {
        var parts = operation.ChildOperations.Select(c => (c.Syntax, Node: Evaluate(c, frame))).ToArray();
        return Anything(parts.Where(p => p.Syntax is ArgumentSyntax || p.Syntax.Parent is ArgumentSyntax).Select(p => p.Node),
            operation.Type);
    }

    private int Library(IInvocationOperation call, int receiver, (IParameterSymbol? Parameter, int Node)[] arguments, FlowFrame frame)
    {
        var (method, isTorch) = (call.TargetMethod, ModuleContents.IsOfTorchSharp(call.TargetMethod.ContainingType));
        var inputs = arguments.Select(a => a.Node).Append(receiver).Where(n => n != None).Distinct().ToArray();
        foreach (var (parameter, function) in arguments.Where(a => a.Parameter?.Type.TypeKind == TypeKind.Delegate))
        {
            foreach (var input in inputs)
            {
                graph.Flow(input, function);
            }
        }

        if (receiver != None && receiver != registered && !Questions.Contains(method.Name) && (!isTorch || IsPut(method.Name)))
        {
            foreach (var (_, node) in arguments)
            {
                graph.Flow(node, receiver);
            }
        }

        // Array.Fill(layers, layer), layers.TryGetValue(name, out var layer)
        if (method is { IsStatic: true, ReturnsVoid: true } && !isTorch)
        {
            foreach (var (parameter, node) in arguments.Where(a => a.Parameter?.Type.TypeKind != TypeKind.Delegate))
            {
                foreach (var input in inputs)
                {
                    graph.Flow(input, node);
                }
            }
        }

        foreach (var argument in call.Arguments.Where(a => a.Parameter is { RefKind: RefKind.Out or RefKind.Ref }))
        {
            foreach (var input in inputs)
            {
                Assign(argument.Value, input, frame);
            }
        }

        if (!ModuleContents.MayHoldModule(call.Type) || (ModuleContents.IsTensor(call.Type) && call.Type is { Name: "Tensor" }
            && method.ContainingType.Name != "init"))
        {
            return None;
        }

        var result = Made(inputs, isOrigin: isTorch && method.ContainingType.Name is not "init" && IsMaker(method, call.Type));
        if (inputs.Length == 0 && !isTorch)
        {
            graph.Flow(graph.Add(), result);
        }

        var whole = receiver != None ? receiver : arguments.Select(a => a.Node).Where(n => n != None).DefaultIfEmpty(None).First();
        if (call.Type is { } given && ModuleContents.IsFilled(given)
            && Choices.Any(c => method.Name.StartsWith(c, StringComparison.Ordinal)))
        {
            graph.Flow(result, whole);
        }

        return result;
    }

    /// <summary>A factory of layers; what gives on the module that it is called on makes none, and a container is what is put into
    /// it.</summary>
    private bool IsMaker(IMethodSymbol method, ITypeSymbol? made) =>
        method is { IsStatic: true, IsExtensionMethod: false } && made is not null && IsOwnModule(made);

    private bool IsOwnModule(ITypeSymbol made) => (torch.IsModule(made) && !torch.IsContainer(made)) || RegisteredMembers.IsParameter(made);

    private static bool IsPut(string name) => name.StartsWith("Add", StringComparison.Ordinal)
        || name.StartsWith("Insert", StringComparison.Ordinal) || name.StartsWith("Try", StringComparison.Ordinal)
        || name is "append" or "extend" or "insert" or "update" or "add";

    private int Creation(IObjectCreationOperation creation, FlowFrame frame)
    {
        var arguments = creation.Arguments.Select(a => (a.Parameter, Node: Evaluate(a, frame))).ToArray();
        if (creation.Constructor is not { } constructor || creation.Type is not INamedTypeSymbol made
            || !ModuleContents.MayHoldModule(made))
        {
            return None;
        }

        var isThis = SymbolEqualityComparer.Default.Equals(made.OriginalDefinition, type.OriginalDefinition);
        var node = isThis ? registered : Made([], isOrigin: IsOwnModule(made));
        if (Body(constructor) is { } body)
        {
            _ = Follow(body, node, arguments, frame);
        }

        foreach (var (parameter, argument) in isThis ? [] : arguments)
        {
            graph.Flow(argument, node);
        }

        if (!ModuleContents.IsOfLibrary(made) && !ModuleContents.IsOfTorchSharp(made) && !made.Locations.Any(l => l.IsInSource))
        {
            _ = Anything(arguments.Select(a => a.Node), null);
        }

        frame.Made.Push(node);
        _ = Evaluate(creation.Initializer, frame);
        frame.Made.Pop();
        return node;
    }

    /// <summary><c>layers.ForEach(Register)</c>: what comes to the delegate comes to the method.</summary>
    private int Reference(IMethodReferenceOperation reference, FlowFrame frame)
    {
        var (receiver, method) = (Evaluate(reference.Instance, frame), reference.Method);
        var node = Made([], isOrigin: false);
        if (Body(Overriding(method, reference.Instance)) is { } body && !IsRegistration(method))
        {
            graph.Flow(Follow(body, receiver, method.Parameters.Select(p => ((IParameterSymbol?)p, node)), frame), node);
        }
        else if (IsRegistration(method) || ModuleContents.IsOfLibrary(method.ContainingType)
            || ModuleContents.IsOfTorchSharp(method.ContainingType))
        {
            // forward of a module gives tensors.
            graph.Flow(node, Questions.Contains(method.Name) ? None : receiver);
            if (torch.Factories(method.ReturnType).Count > 0 && IsMaker(method, method.ReturnType))
            {
                graph.Flow(Made([], isOrigin: true), node);
            }
        }
        else
        {
            graph.Flow(node, registered);
        }

        return node;
    }

    /// <summary>The method that runs when it is called on the object itself: the last of those that override it.</summary>
    private IMethodSymbol Overriding(IMethodSymbol method, IOperation? instance)
    {
        if (instance is not IInstanceReferenceOperation || instance.Syntax is BaseExpressionSyntax
            || !(method.IsVirtual || method.IsAbstract || method.IsOverride))
        {
            return method;
        }

        for (var t = type; t is not null; t = t.BaseType)
        {
            foreach (var candidate in t.GetMembers(method.Name).OfType<IMethodSymbol>())
            {
                for (var m = candidate; m is not null; m = m.OverriddenMethod)
                {
                    if (SymbolEqualityComparer.Default.Equals(m.OriginalDefinition, method.OriginalDefinition))
                    {
                        return candidate;
                    }
                }
            }
        }

        return method;
    }

    private IMethodSymbol? Body(IMethodSymbol method)
    {
        method = (method.ReducedFrom ?? method).OriginalDefinition;
        method = method.PartialImplementationPart ?? method;
        return method.IsAbstract || Declaration(method) is null ? null : method;
    }

    private SyntaxNode? Declaration(IMethodSymbol method) =>
        method.DeclaringSyntaxReferences.FirstOrDefault(r => !UserDeclarations.IsGenerated(r.SyntaxTree))?.GetSyntax(cancellation) switch
    {
        BaseMethodDeclarationSyntax { Body: null, ExpressionBody: null } or AccessorDeclarationSyntax { Body: null, ExpressionBody: null }
            or TypeDeclarationSyntax => null,
        var declaration => declaration,
    };

    /// <summary>Reads the body of a method with what it is given; the node of what it returns.</summary>
    private int Follow(IMethodSymbol method, int receiver, IEnumerable<(IParameterSymbol? Parameter, int Node)> arguments, FlowFrame frame)
    {
        var running = frame.Running(method);
        if (running is null && frame.Depth >= Deepest)
        {
            return Anything(arguments.Select(a => a.Node), method.ReturnType);
        }

        var called = running ?? new FlowFrame(frame, method,
            method.IsStatic ? None : method.MethodKind == MethodKind.LocalFunction ? frame.Self : receiver, graph.Add());
        foreach (var (parameter, node) in arguments)
        {
            if (parameter is not null && parameter.Ordinal < method.Parameters.Length && method.Parameters[parameter.Ordinal] is var own
                && ModuleContents.MayHoldModule(own.Type))
            {
                Pass(node, Variable(own, called), own.Type);
            }
        }

        if (running is null && Declaration(method) is { } declaration)
        {
            _ = Evaluate(Operation(declaration) is ILocalFunctionOperation local ? local.Body ?? local.IgnoredBody : Operation(declaration),
                called);
            foreach (var (parameter, node) in arguments.Where(a => a.Parameter is { RefKind: RefKind.Out or RefKind.Ref }))
            {
                graph.Flow(Variable(method.Parameters[parameter!.Ordinal], called), Variable(parameter.OriginalDefinition, frame));
            }
        }

        return called.Result;
    }
}
