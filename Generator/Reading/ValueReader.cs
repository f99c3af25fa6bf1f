using Gen.Model;
using Gen.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <summary>Reads an argument's expression: constants, arithmetic over the constructor's integer parameters, tuples, arrays, modules.</summary>
internal sealed class ValueReader(SemanticModel semantics, Func<IOperation, LayerModel?> readModule, CancellationToken cancellation)
{
    public Value Read(IOperation operation)
    {
        cancellation.ThrowIfCancellationRequested();
        operation = Unwrap(operation);
        if (operation.ConstantValue is { HasValue: true, Value: var constant })
        {
            return Constant(constant, operation.Type);
        }

        switch (operation)
        {
            case IDefaultValueOperation { Type: { IsReferenceType: true } or { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } }:
                return new Value.Null();
            case ITupleOperation tuple:
                return new Value.List(tuple.Elements.Select(Read).ToEquatableArray());
            case IArrayCreationOperation { Initializer: { } items }:
                return new Value.List(items.ElementValues.Select(Read).ToEquatableArray());
            case IInvocationOperation or IObjectCreationOperation when readModule(operation) is { } layer:
                return new Value.Module(layer);
        }

        // Collection expressions have no operation of their own in the oldest compiler that is supported.
        if (operation.Syntax is CollectionExpressionSyntax collection && collection.Elements.All(e => e is ExpressionElementSyntax))
        {
            var items = collection.Elements.Cast<ExpressionElementSyntax>().Select(e => semantics.GetOperation(e.Expression, cancellation)).ToArray();
            if (items.All(i => i is not null))
            {
                return new Value.List(items.Select(i => Read(i!)).ToEquatableArray());
            }
        }

        return ReadDim(operation) is { IsUnknown: false } dim ? new Value.Integer(dim) : new Value.Opaque(operation.Syntax.ToString());
    }

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
            var member = enumeration.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => f.HasConstantValue && Equals(f.ConstantValue, constant));
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
            byte or sbyte or short or ushort or int or uint or long or ulong => new Value.Integer(Dim.Of(Convert.ToInt64(constant, System.Globalization.CultureInfo.InvariantCulture))),
            _ => new Value.Opaque(constant.ToString()!),
        };
    }

    private Dim ReadDim(IOperation operation)
    {
        operation = Unwrap(operation);
        if (operation.ConstantValue is { HasValue: true, Value: var constant })
        {
            return Constant(constant, operation.Type) is Value.Integer integer ? integer.Dim : Dim.Unknown;
        }

        return operation switch
        {
            IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } parameter }
                when IsInteger(parameter.Type) => Dim.Name(parameter.Name),
            IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus, OperatorMethod: null } unary => Dim.Zero - ReadDim(unary.Operand),
            IBinaryOperation { OperatorMethod: null } binary => Combine(binary.OperatorKind, ReadDim(binary.LeftOperand), ReadDim(binary.RightOperand)),
            IInvocationOperation { TargetMethod: { Name: "Max" or "Min", ContainingType: { Name: "Math", ContainingNamespace.Name: "System" } }, Arguments: [var a, var b] } call =>
                call.TargetMethod.Name == "Max" ? Dim.Max(ReadDim(a.Value), ReadDim(b.Value)) : Dim.Min(ReadDim(a.Value), ReadDim(b.Value)),
            _ => Dim.Unknown,
        };
    }

    /// <summary>C#'s division truncates, which is the floor only where nothing is negative.</summary>
    private static Dim Combine(BinaryOperatorKind kind, Dim left, Dim right) => kind switch
    {
        BinaryOperatorKind.Add => left + right,
        BinaryOperatorKind.Subtract => left - right,
        BinaryOperatorKind.Multiply => left * right,
        BinaryOperatorKind.Divide when IsNatural(left, right) => Dim.FloorDiv(left, right),
        BinaryOperatorKind.Remainder when IsNatural(left, right) => Dim.Mod(left, right),
        _ => Dim.Unknown,
    };

    private static bool IsNatural(Dim dividend, Dim divisor)
    {
        // A parameter is taken to be 0 or more here: a negative one makes no layer.
        var naturals = Facts.None.And(dividend.Names.Concat(divisor.Names).Distinct().Select(n => new Fact(Dim.Name(n), Relation.AtLeast, Dim.Zero)));
        return Comparison.AtLeast(dividend, Dim.Zero, naturals) is true && (Comparison.AtLeast(divisor, Dim.One, naturals) is true || divisor.Constant is null);
    }

    public static bool IsInteger(ITypeSymbol type) => type.SpecialType is
        SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Int16 or SpecialType.System_UInt16
        or SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Int64;
}
