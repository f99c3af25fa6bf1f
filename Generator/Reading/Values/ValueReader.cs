using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <summary>
/// Reads an expression that builds something: constants, arithmetic over the constructor's parameters, fields and locals that hold
/// such values, tuples, arrays, lists of modules.
/// </summary>
internal sealed partial class ValueReader(SemanticModel semantics, Func<IOperation, SemanticModel, LayerModel?> readModule,
    ReadingDepth nesting,
    CancellationToken cancellation)
{
    private const int DeepestDefinition = 20;
    private Dictionary<ISymbol, Dim> indices = new(SymbolEqualityComparer.Default);
    private Dictionary<ISymbol, Value> given = new(SymbolEqualityComparer.Default);
    private int depth;

    /// <summary>The lists whose filling is being read.</summary>
    private HashSet<ISymbol> filled = new(SymbolEqualityComparer.Default);

    /// <summary>What <c>this</c> is in the code of another class that is followed, with its type there.</summary>
    private (Value Value, ITypeSymbol Type)? self;

    /// <summary>The code is of another class: the parameters of its constructor are not those of the module's.</summary>
    private bool isElsewhere;

    /// <summary>The code is of a constructor whose parameters are not those that sizes depend on.</summary>
    public bool IsApart { get => isElsewhere; init => isElsewhere = value; }

    private int outerIndices;

    /// <summary>A name for the variable of a loop: no name of C# begins so.</summary>
    public Dim NextIndex => Dim.Name($"#{outerIndices + indices.Count}");

    /// <summary>A variable that stands for numbers while a loop's body is read.</summary>
    public void Bind(ISymbol variable, Dim number)
    {
        indices[variable] = number;
        Turn(variable);
    }

    /// <summary>A variable that stands for a value, whatever it is.</summary>
    public void Bind(ISymbol variable, Value value)
    {
        if (value is Value.Integer integer)
        {
            Bind(variable, integer.Dim);
        }
        else
        {
            indices.Remove(variable);
            given[variable] = value;
            Turn(variable);
        }
    }

    public Value Read(IOperation operation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!nesting.Enter())
        {
            return new Value.Opaque(Short(operation));
        }

        var value = ReadWithin(operation);
        nesting.Leave();
        return value;
    }

    /// <summary>What is nested too deep is not quoted as a whole.</summary>
    private static string Short(IOperation operation) =>
        operation.Syntax.ToString() is { Length: > 60 } text ? text[..57] + "..." : operation.Syntax.ToString();

    private Value ReadWithin(IOperation operation)
    {
        if (IsNarrowing(operation, out _))
        {
            return ReadSize(operation) is { IsUnknown: false } size ? new Value.Integer(size)
                : new Value.Opaque(operation.Syntax.ToString());
        }

        operation = Unwrap(operation);
        if (operation.ConstantValue is { HasValue: true, Value: var constant })
        {
            return Constant(constant, operation.Type);
        }

        switch (operation)
        {
            case IParameterReferenceOperation { Parameter: var parameter } when given.TryGetValue(parameter, out var argument):
                return Held(argument, parameter, operation);
            case IParameterReferenceOperation { Parameter:
                { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } parameter }
                    when isElsewhere && !indices.ContainsKey(parameter):
                return new Value.Opaque(parameter.Name);
            case IPropertyReferenceOperation or IFieldReferenceOperation when Member(operation) is { } member:
                return member;
            case IDefaultValueOperation { Type: { IsReferenceType: true }
                or { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } }:
                return new Value.Null();
            case ITupleOperation tuple:
                return new Value.List(tuple.Elements.Select(Read).ToEquatableArray());
            case IArrayCreationOperation { Initializer: { } items }:
                return new Value.List(items.ElementValues.Select(Read).ToEquatableArray());
            case IObjectCreationOperation { Type.Name: "List", Arguments.Length: 0 } list
                when list.Initializer is null || list.Initializer.Initializers.All(i => i is IInvocationOperation { Arguments.Length: 1 }):
                return new Value.List((list.Initializer?.Initializers.Cast<IInvocationOperation>().Select(i => Read(i.Arguments[0].Value))
                    ?? []).ToEquatableArray());
            case ILocalReferenceOperation { Local: var local } when given.TryGetValue(local, out var value) && !indices.ContainsKey(local):
                return value;
            case IFieldReferenceOperation { Field: { IsStatic: true, Type.Name: "ScalarType", ContainingType.Name: "torch" } type }:
                return new Value.Enumeration("ScalarType", Operators.ElementType(type.Name));
            case IFieldReferenceOperation { Field.ContainingType.IsTupleType: true } field when Item(field) is { } item:
                return item;
            case IInvocationOperation call when Lists.Read(call, this) is { } list:
                return list;
            case IInvocationOperation or IObjectCreationOperation or IConditionalOperation
                when readModule(operation, semantics) is { } layer:
                return new Value.Module(layer);
            case IObjectCreationOperation creation when Objects.Read(creation, this, semantics.Compilation, cancellation) is { } made:
                return made;
            case IWithOperation copy when Objects.Read(copy, this, semantics.Compilation, cancellation) is { } copied:
                return copied;
            case IParameterReferenceOperation { Parameter:
                { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } parameter }
                    when !IsInteger(parameter.Type) && !Definitions.IsSet(parameter, cancellation):
                return parameter.Type.SpecialType == SpecialType.System_Boolean ? new Value.Condition(Truth.Of(parameter.Name))
                    : new Value.Parameter(parameter.Name, Configurations.IsGiven(parameter) ? LayerReader.Name(parameter.Type) : "");
        }

        // Collection expressions have no operation of their own in the oldest compiler that is supported.
        if (operation.Syntax is CollectionExpressionSyntax collection)
        {
            var items = collection.Elements.Select(Element).ToArray();
            if (items.All(i => i is not null))
            {
                return new Value.List(items.Select(i => i!).ToEquatableArray());
            }
        }

        if (operation.Type?.SpecialType == SpecialType.System_Boolean)
        {
            return ReadCondition(operation) switch
            {
                Truth.Known known => new Value.Boolean(known.Value),
                { Indicator.IsUnknown: true } => new Value.Opaque(operation.Syntax.ToString()),
                var holds => new Value.Condition(holds),
            };
        }

        if (operation is ILocalReferenceOperation { Local: { Type.Name: "List" } growing })
        {
            // How often a loop adds to a list may depend on the list.
            if (!filled.Add(growing))
            {
                return new Value.Opaque(operation.Syntax.ToString());
            }

            var items = ListFilling.Of(growing, this, semantics, cancellation);
            filled.Remove(growing);
            return items is null ? new Value.Opaque(operation.Syntax.ToString()) : Held(items, growing, operation);
        }

        if (Definition(operation) is { } definition)
        {
            var value = Follow(definition, static (reader, o) => reader.Read(o)) ?? new Value.Opaque(operation.Syntax.ToString());
            return definition.Parent is ArrowExpressionClauseSyntax ? value : Held(value, Symbol(operation), operation);
        }

        return ReadSize(operation) is { IsUnknown: false } dim ? new Value.Integer(dim) : new Value.Opaque(operation.Syntax.ToString());
    }

    /// <summary>The items that arguments are, or that the one list among them has, where they do not bind as a call.</summary>
    public Value Read(IEnumerable<ExpressionSyntax> arguments)
    {
        var all = arguments.ToArray();
        if (all is [CollectionExpressionSyntax collection])
        {
            return new Value.List(collection.Elements.Select(e => Element(e) ?? new Value.Opaque(e.ToString())).ToEquatableArray());
        }

        var items = all.Select(One).ToArray();
        return all is [not TupleExpressionSyntax] && items[0] is Value.List or Value.Repeat ? items[0]
            : new Value.List(items.ToEquatableArray());

        Value One(ExpressionSyntax expression) => expression is TupleExpressionSyntax tuple
            ? new Value.List(tuple.Arguments.Select(a => One(a.Expression)).ToEquatableArray())
            : semantics.OperationOf(expression, cancellation) is { } operation ? Read(operation) : new Value.Opaque(expression.ToString());
    }

    /// <summary>A lambda's result for a number that it is given, by the name that stands for the number.</summary>
    public Value ReadBody(IAnonymousFunctionOperation lambda, Value item, Dim? number = null)
    {
        var body = lambda.Body.Operations is { Length: > 0 } all && all[all.Length - 1] is IReturnOperation { ReturnedValue: { } value }
            && all.Take(all.Length - 1).All(o => o is IVariableDeclarationGroupOperation) ? value : null;
        if (body is null || lambda.Symbol.Parameters.Length == 0)
        {
            return new Value.Opaque(lambda.Syntax.ToString());
        }

        Bind(lambda.Symbol.Parameters[0], item);
        if (number is not null && lambda.Symbol.Parameters.Length > 1)
        {
            Bind(lambda.Symbol.Parameters[1], number);
        }

        return Read(body);
    }

    /// <summary>An item of a list that is known, counted from the beginning or from the end.</summary>
    private Value? Item(IOperation list, IOperation at)
    {
        if (Read(list) is not Value.List { Items: var items } || items.Any(i => i is Value.Spread or Value.Repeat))
        {
            return null;
        }

        at = Unwrap(at);
        var index = at is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } back ? items.Count - ReadSize(back.Operand).Constant
            : ReadSize(at).Constant;
        return index >= 0 && index < items.Count ? items[(int)index] : null;
    }

    /// <summary><c>size.Item1</c>, <c>size.Width</c>.</summary>
    private Value? Item(IFieldReferenceOperation field)
    {
        var number = field.Field.ContainingType.TupleElements.ToList()
            .FindIndex(f => f.Name == field.Field.Name || SymbolEqualityComparer.Default.Equals(f.CorrespondingTupleField,
                field.Field.CorrespondingTupleField));
        return field.Instance is { } tuple && number >= 0 && Read(tuple) is Value.List { Items: var items } && number < items.Count
            ? items[number] : null;
    }

    /// <summary>The expression that a static method of the user's is.</summary>
    private ExpressionSyntax? Function(IMethodSymbol method) =>
        method.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).OfType<MethodDeclarationSyntax>()
            .FirstOrDefault()?.ExpressionBody?.Expression;

    public static IOperation Unwrap(IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation { OperatorMethod: null, ConstantValue.HasValue: false } conversion:
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                default:
                    return operation;
            }
        }
    }

    public static Value Constant(object? constant, ITypeSymbol? type)
    {
        if (constant is not null && type is INamedTypeSymbol { TypeKind: TypeKind.Enum } enumeration)
        {
            var member = enumeration.GetMembers().OfType<IFieldSymbol>()
                .FirstOrDefault(f => f.HasConstantValue && Equals(f.ConstantValue, constant));
            return member is null ? new Value.Opaque(constant.ToString()!) : new Value.Enumeration(enumeration.Name, member.Name);
        }

        return constant switch
        {
            null => new Value.Null(),
            bool truth => new Value.Boolean(truth),
            string text => new Value.Text(text),
            double number => new Value.Real(number),
            float number => new Value.Real(number),
            decimal number => new Value.Real((double)number),
            ulong and > long.MaxValue => new Value.Opaque(constant.ToString()!),
            byte or sbyte or short or ushort or int or uint or long or ulong =>
                new Value.Integer(Dim.Of(Convert.ToInt64(constant, System.Globalization.CultureInfo.InvariantCulture))),
            _ => new Value.Opaque(constant.ToString()!),
        };
    }

    public static bool IsInteger(ITypeSymbol type) => type.SpecialType is
        SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Int16 or SpecialType.System_UInt16
        or SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Int64;

    /// <summary>A whole number, or one of floating point.</summary>
    public static bool IsNumber(ITypeSymbol type) => IsInteger(type)
        || type.SpecialType is SpecialType.System_Single or SpecialType.System_Double;

    private Value? Element(CollectionElementSyntax element) => element switch
    {
        ExpressionElementSyntax expression when semantics.OperationOf(expression.Expression, cancellation) is { } operation =>
            Read(operation),
        SpreadElementSyntax spread when semantics.OperationOf(spread.Expression, cancellation) is { } operation =>
            new Value.Spread(Read(operation)),
        _ => null,
    };

    /// <summary>The expression that a field, property or local of the constructor is set to, once and for all.</summary>
    private ExpressionSyntax? Definition(IOperation operation) => IsChanged(operation) ? null : operation switch
    {
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation, Field: var field }
            when field.IsStatic || IsOwn(field, operation) => Definitions.Of(field, semantics.Compilation, cancellation),
        IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation, Property: var property }
            when property.IsStatic || IsOwn(property, operation) => Definitions.Of(property, cancellation),
        ILocalReferenceOperation { Local: var local } => Definitions.Of(local, cancellation),
        _ => null,
    };

    /// <summary>What it was set to has other items by now.</summary>
    private bool IsChanged(IOperation operation) => operation.Type is IArrayTypeSymbol or { IsTupleType: true } or { Name: "List" }
        && Symbol(operation) is { } symbol && Writes.Change(symbol, cancellation);

    /// <summary>A base class's constructor has parameters of its own.</summary>
    private bool IsOwn(ISymbol member, IOperation operation) =>
        SymbolEqualityComparer.Default.Equals(member.ContainingType,
            semantics.GetEnclosingSymbol(operation.Syntax.SpanStart, cancellation)?.ContainingType);

    private T? Follow<T>(ExpressionSyntax definition, Func<ValueReader, IOperation, T> read, Action<ValueReader>? enter = null)
        where T : class
    {
        // In an editor, the source of another project is at hand, but is of another compilation.
        if (depth >= DeepestDefinition || !semantics.Compilation.ContainsSyntaxTree(definition.SyntaxTree))
        {
            return null;
        }

        while (definition is CheckedExpressionSyntax or ParenthesizedExpressionSyntax)
        {
            definition = definition is CheckedExpressionSyntax check ? check.Expression
                : ((ParenthesizedExpressionSyntax)definition).Expression;
        }

        var model = definition.SyntaxTree == semantics.SyntaxTree ? semantics : semantics.Compilation.ModelOf(definition.SyntaxTree);
        if (model.OperationOf(definition, cancellation) is not { } operation)
        {
            return null;
        }

        var reader = new ValueReader(model, readModule, nesting, cancellation) { depth = depth + 1, indices = indices, given = given,
            filled = filled, self = self, isElsewhere = isElsewhere, outerIndices = outerIndices };
        enter?.Invoke(reader);
        return read(reader, operation);
    }
}
