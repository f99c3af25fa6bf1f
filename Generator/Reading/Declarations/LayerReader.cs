using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <summary>Reads one <c>[Layer]</c> field: how it is built, and what flows through it.</summary>
internal sealed partial class LayerReader(Compilation compilation, TorchSymbols torch, Func<INamedTypeSymbol, ModuleModel?> readModule,
    CancellationToken cancellation)
{
    private const int DeepestHelper = 10;
    private const int DeepestValue = 64;
    private const string NotFollowed = "a constructor sets it in a way that is not followed";
    private ReadingDepth nesting = new(DeepestValue);
    private readonly Freeing.Escapes escapes = new(compilation, torch, cancellation);
    private int helpers;

    /// <summary>What a field holds: for a type parameter, what it is constrained to.</summary>
    public static INamedTypeSymbol? Held(ITypeSymbol type) =>
        type as INamedTypeSymbol ?? (type as ITypeParameterSymbol)?.ConstraintTypes.OfType<INamedTypeSymbol>()
            .FirstOrDefault(c => c.TypeKind == TypeKind.Class);

    /// <summary>Reads another class on the way, as if nothing had been read before it.</summary>
    public ModuleModel Anew(Func<ModuleModel> read)
    {
        var outer = (nesting, helpers);
        (nesting, helpers) = (new(DeepestValue), 0);
        try
        {
            return read();
        }
        finally
        {
            (nesting, helpers) = outer;
        }
    }

    public LayerModel? Read(IFieldSymbol field, Holdings holdings, List<Finding> findings)
    {
        var layer = Built(field, holdings, findings);
        return layer is null || Definitions.Stays(field, cancellation) ? layer
            : Replaceable(layer, MayKeep(Held(field.Type.WithNullableAnnotation(NullableAnnotation.NotAnnotated))!));
    }

    /// <summary>Any module of the field's type may take its place.</summary>
    private static LayerModel Replaceable(LayerModel layer, bool mayKeep) => layer with
    {
        IsExact = false,
        MayKeep = layer.MayKeep || mayKeep,
        Otherwise = layer.Otherwise is { } otherwise ? Replaceable(otherwise, mayKeep) : null,
    };

    private LayerModel? Built(IFieldSymbol field, Holdings holdings, List<Finding> findings)
    {
        var type = Held(field.Type.WithNullableAnnotation(NullableAnnotation.NotAnnotated))!;
        var layer = new LayerModel
        {
            Name = field.Name,
            Key = Annotations.Key(field),
            Type = Name(field.Type.WithNullableAnnotation(NullableAnnotation.NotAnnotated)),
            TypeName = type.Name,
            Origin = LayerOrigin.Attribute,
            Flow = FlowOf(type),
            IsOptional = field.NullableAnnotation == NullableAnnotation.Annotated,
            IsReadOnly = field.IsReadOnly,
            Written = type.Name,
            Nested = Nested(type),
            MayKeep = MayKeep(type),
        };

        var attribute = field.Find(Annotations.Layer);
        var arguments = attribute is null ? [] : AttributeArguments(attribute);
        var held = holdings[field.Name];
        switch (held)
        {
            case Holding.Set set:
                return Filled(field, holdings, Building(layer, set), set.Value);

            // A field that a hand-written module sets elsewhere.
            case Holding.Unset or Holding.Null when attribute is null:
                return layer with { NotUnderstood = field.Name };
            case Holding.Unset when layer.IsOptional && arguments.Count == 0 && IsSetToNull(field):
                return field.IsReadOnly
                    ? layer with { Origin = LayerOrigin.Initializer, Written = "null", Condition = Truth.Of(false) }
                    : layer with { Origin = LayerOrigin.Initializer, NotUnderstood = field.Name };
            case Holding.Unset:
                return FromAttribute(layer, type, arguments, attribute!, findings);
        }

        var first = attribute is not null && arguments.Count > 0 ? FromAttribute(layer, type, arguments, attribute, findings) : null;
        var unknown = (first ?? layer with { Origin = LayerOrigin.Constructor }) with { NotUnderstood = NotFollowed };
        return held is Holding.Lost || Ways(layer, held, first) is not { } ways ? unknown
            : first is not null ? first with { NotUnderstood = ways.NotUnderstood ?? NotFollowed } : Filled(field, holdings, ways, null);
    }

    /// <summary><c>[Layer] private readonly Linear? projection = null;</c></summary>
    private bool IsSetToNull(IFieldSymbol field) => field.DeclaringSyntaxReferences.Any(r =>
        r.GetSyntax(cancellation) is VariableDeclaratorSyntax { Initializer.Value: LiteralExpressionSyntax
        {
            RawKind: (int)SyntaxKind.NullLiteralExpression or (int)SyntaxKind.DefaultLiteralExpression,
        } });

    private LayerModel Building(LayerModel layer, Holding.Set set) =>
        FromExpression(layer, set.Value, set.IsApart)
            with { Origin = set.IsByConstructor ? LayerOrigin.Constructor : LayerOrigin.Initializer };

    /// <summary>What a field holds by the way that the constructor has taken; null for null.</summary>
    private LayerModel? Ways(LayerModel layer, Holding held, LayerModel? first)
    {
        switch (held)
        {
            case Holding.Set set:
                return Building(layer, set);
            case Holding.Either either:
                var (then, otherwise) = (Ways(layer, either.Then, first), Ways(layer, either.Otherwise, first));
                var holds = either.Condition is { } condition && compilation.ModelOf(condition.SyntaxTree) is var semantics
                    && semantics.OperationOf(condition, cancellation) is { } operation
                    ? Values(semantics, either.IsApart).ReadCondition(operation) : Truth.Unknown;
                return LayerBranches.Either(holds, then, otherwise);
            case Holding.Lost:
                return layer with { NotUnderstood = NotFollowed };
            default:
                return held is Holding.Unset ? first : null;
        }
    }

    /// <summary>A container with the modules that the constructor adds to it, one by one or in a loop.</summary>
    private LayerModel Filled(IFieldSymbol field, Holdings holdings, LayerModel layer, ExpressionSyntax? value)
    {
        if (layer.Factory is not ("ModuleList" or "Sequential" or "ModuleDict"))
        {
            return layer;
        }

        // Statements before the last assignment have filled what it replaces.
        var statements = ConstructorReader.Statements([.. UserDeclarations.Of(field.ContainingType, cancellation)]);
        var start = value is not null && statements.Any(s => s.Span.Contains(value.Span) && s.SyntaxTree == value.SyntaxTree)
            ? value.SpanStart : 0;
        statements = [.. statements.Where(s => s.SpanStart > start)];
        if (layer.NotUnderstood is null && holdings.IsFilledUnseen(field.Name))
        {
            return layer with { NotUnderstood = $"what the constructor adds to {field.Name}" };
        }

        if (statements.Count == 0)
        {
            return layer;
        }

        var semantics = compilation.ModelOf(statements[0].SyntaxTree);
        if (new ListFilling(Values(semantics), semantics, field.Name, cancellation).Read(statements) is not { } added)
        {
            return layer with { NotUnderstood = $"what the constructor adds to {field.Name}" };
        }

        if (added.Count == 0)
        {
            return layer;
        }

        var before = layer.Arguments is [{ Value: var first }] && first is not (Value.Null or Value.List { Items.Count: 0 })
            ? new[] { (Value)new Value.Spread(first) } : [];
        return layer
            with { Arguments = EquatableArray.Of(new Argument("modules", new Value.List(before.Concat(added).ToEquatableArray()), null)) };
    }

    /// <summary>What a type takes and gives, whether TorchSharp, the user or Gen made it.</summary>
    public LayerFlow FlowOf(INamedTypeSymbol type)
    {
        if (torch.Signature(type) is not { } signature)
        {
            return readModule(type)?.Forward switch
            {
                { Inputs: [{ IsTensor: true }], Result: TensorName } => LayerFlow.Tensor,
                { Inputs.Count: > 1 } => LayerFlow.SeveralInputs,
                _ => LayerFlow.Other,
            };
        }

        var types = signature.TypeArguments;
        if (type.Name is "LSTM" or "GRU" or "RNN" && type.ContainingNamespace?.ToDisplayString() == "TorchSharp.Modules")
        {
            return LayerFlow.Recurrent;
        }

        if (types.Length > 2)
        {
            return LayerFlow.SeveralInputs;
        }

        return !torch.IsTensor(types[0]) ? LayerFlow.Other : types[1] switch
        {
            INamedTypeSymbol { IsTupleType: true, TupleElements: { Length: 2 or 3 } items } when items.All(i => torch.IsTensor(i.Type)) =>
                items.Length == 2 ? LayerFlow.Pair : LayerFlow.Triple,
            var result => torch.IsTensor(result) ? LayerFlow.Tensor : LayerFlow.Other,
        };
    }

    public const string TensorName = "global::TorchSharp.torch.Tensor";

    public static string Name(ITypeSymbol type) => type.ToDisplayString(
        SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
            SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier));

    private LayerModel FromExpression(LayerModel layer, ExpressionSyntax expression, bool isApart)
    {
        var semantics = compilation.ModelOf(expression.SyntaxTree);
        if (semantics.OperationOf(expression, cancellation) is not { } operation)
        {
            return layer with { NotUnderstood = expression.ToString(), Written = OneLine(expression) };
        }

        return FromOperation(layer, operation, semantics, Values(semantics, isApart))
            ?? layer with { NotUnderstood = OneLine(expression), Written = OneLine(expression) };
    }

    /// <summary>A reader of what stands in an expression.</summary>
    public ValueReader Values(SemanticModel semantics, bool isApart = false)
    {
        ValueReader values = null!;
        values = new ValueReader(semantics, (operation,
            model) => Item(operation, model, model == semantics ? values : Values(model, isApart)), nesting,
            cancellation) { IsApart = isApart };
        return values;
    }

    private LayerModel? FromOperation(LayerModel layer, IOperation operation, SemanticModel semantics, ValueReader values)
    {
        if (!nesting.Enter())
        {
            return null;
        }

        var built = Built(layer, operation, semantics, values);
        nesting.Leave();
        return built;
    }

    private LayerModel? Built(LayerModel layer, IOperation operation, SemanticModel semantics, ValueReader values)
    {
        operation = ValueReader.Unwrap(operation);
        switch (operation)
        {
            case IInvocationOperation { TargetMethod: { IsStatic: true } method } call
                when SymbolEqualityComparer.Default.Equals(method.ContainingType, torch.Functions):
                return layer with
                {
                    Factory = method.Name,
                    TypeName = method.ReturnType.Name,
                    Parameters = method.Parameters.Select(p => p.Name).ToEquatableArray(),
                    Arguments = Arguments(call.Arguments, values),
                    Written = OneLine(method.Name, call.Syntax is InvocationExpressionSyntax { ArgumentList: var list } ? list : null),
                };

            // private static Sequential Block(long d) => Sequential(...): a method of one expression.
            case IInvocationOperation { TargetMethod: { IsStatic: true } method } call when Helper(method) is { } body:
                return FromHelper(layer, call, body);

            case IObjectCreationOperation { Type: INamedTypeSymbol type, Constructor: { } constructor } creation
                when torch.IsModule(type) || Nested(type) is not null:
                return layer with
                {
                    TypeName = type.Name,
                    Factory = torch.IsContainer(type) ? type.Name : null,
                    Parameters = constructor.Parameters.Select(p => p.Name).ToEquatableArray(),
                    Arguments = Arguments(creation.Arguments, values),
                    Written = OneLine(type.Name, (creation.Syntax as BaseObjectCreationExpressionSyntax)?.ArgumentList),
                    Nested = Nested(type),
                    IsExact = true,
                    MayKeep = MayKeep(type, isExact: true),
                };

            case IConditionalOperation { WhenFalse: { } otherwise } conditional:
                var holds = values.ReadCondition(conditional.Condition);
                var (first, second) = (IsNull(conditional.WhenTrue) ? null : Way(conditional.WhenTrue),
                    IsNull(otherwise) ? null : Way(otherwise));
                return LayerBranches.Either(holds, first, second);

            // Gen modules are no modules yet where the generator has not run: no overload fits them.
            case IInvalidOperation { Syntax: InvocationExpressionSyntax invocation } when Container(invocation) is { } container:
                return layer with
                {
                    Factory = container,
                    TypeName = container,
                    Arguments = EquatableArray.Of(new Argument("modules",
                        values.Read(invocation.ArgumentList.Arguments.Select(a => a.Expression)), null)),
                    Written = OneLine(container, invocation.ArgumentList),
                };

            case IInvalidOperation { Type: INamedTypeSymbol type, Syntax: BaseObjectCreationExpressionSyntax creation }
                when torch.IsContainer(type):
                return layer with
                {
                    Factory = type.Name,
                    TypeName = type.Name,
                    Arguments = EquatableArray.Of(new Argument("modules",
                        values.Read((creation.ArgumentList?.Arguments ?? default).Select(a => a.Expression)), null)),
                    Written = OneLine(type.Name, creation.ArgumentList),
                };

            // [Layer] private readonly Module<Tensor, Tensor> inner = inner;
            case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor },
                Name: var given } }:
                return layer with { Given = values.IsApart ? null : given, NotUnderstood = given, Written = given };

            // A collection expression for a ModuleList.
            case { Syntax: CollectionExpressionSyntax } when values.Read(operation) is Value.List
                && layer.TypeName is "ModuleList" or "ModuleDict":
                return layer with { Factory = layer.TypeName,
                    Arguments = EquatableArray.Of(new Argument("modules", values.Read(operation), null)),
                    Written = OneLine(operation.Syntax) };

            default:
                return null;
        }

        LayerModel Way(IOperation way) => FromOperation(layer, way, semantics, values)
            ?? layer with { NotUnderstood = OneLine(way.Syntax), Written = OneLine(way.Syntax) };
    }

    /// <summary>The name of a factory of containers.</summary>
    private static string? Container(InvocationExpressionSyntax invocation)
    {
        var name = invocation.Expression switch
        {
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            MemberAccessExpressionSyntax access when access.Expression.ToString() is "nn" or "torch.nn" => access.Name.Identifier.ValueText,
            _ => null,
        };
        return name is "Sequential" or "ModuleList" or "ModuleDict" ? name : null;
    }

    private static bool IsNull(IOperation operation) => ValueReader.Unwrap(operation) is { ConstantValue: { HasValue: true, Value: null } };

    /// <summary>The one expression that a static method of the user's returns, with locals or filled lists before it.</summary>
    private ExpressionSyntax? Helper(IMethodSymbol method) =>
        method.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).OfType<MethodDeclarationSyntax>()
            .FirstOrDefault() is { } syntax
            ? syntax.ExpressionBody?.Expression ?? (syntax.Body is { } body
                && body.DescendantNodes().OfType<ReturnStatementSyntax>().ToArray() is [{ Expression: { } value } only]
                && body.Statements.Last() == only
                && !method.Parameters.Any(p => Definitions.IsSet(p.Name, body) || Writes.Sets(p.Name, body)) ? value : null)
            : null;

    private LayerModel? FromHelper(LayerModel layer, IInvocationOperation call, ExpressionSyntax body)
    {
        if (helpers >= DeepestHelper)
        {
            return null;
        }

        var semantics = compilation.ModelOf(body.SyntaxTree);
        var caller = Values(compilation.ModelOf(call.Syntax.SyntaxTree));
        var values = Values(semantics);
        foreach (var argument in call.Arguments.Where(a => a.Parameter is not null))
        {
            if (ValueReader.IsInteger(argument.Parameter!.Type))
            {
                values.Bind(argument.Parameter, caller.ReadSize(argument.Value));
            }
            else
            {
                values.Bind(argument.Parameter, caller.Read(argument.Value));
            }
        }

        helpers++;
        nesting.Begin(ValueReader.CodeAround(body));
        try
        {
            return semantics.OperationOf(body, cancellation) is { } operation ? FromOperation(layer, operation, semantics, values) : null;
        }
        finally
        {
            helpers--;
        }
    }

    private static EquatableArray<Argument> Arguments(IEnumerable<IArgumentOperation> arguments, ValueReader values) => arguments
        .Where(a => a.Parameter is not null)
        .Select(a => new Argument(
            a.Parameter!.Name,
            Given(values.Read(a.Value), a.Parameter),
            a.ArgumentKind == ArgumentKind.DefaultValue ? null : a.Syntax is ArgumentSyntax syntax ? syntax.Expression.ToString()
                : a.Syntax.ToString(),
            a.Syntax is ArgumentSyntax { NameColon: not null }))
        .ToEquatableArray();

    /// <summary>A base class may have other members of the same names.</summary>
    private static Value Given(Value value, IParameterSymbol parameter) =>
        value is Value.Parameter { Type: { Length: > 0 } type } && Configurations.IsGiven(parameter)
            && LayerReader.Name(parameter.Type) != type ? new Value.Opaque(parameter.Name) : value;
}
