using Gen.Model;
using Gen.Shapes;
using Gen.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <content>Sizes and conditions.</content>
internal sealed partial class ValueReader
{
    /// <summary>An integer expression; unknown where it is not understood.</summary>
    public Dim ReadSize(IOperation operation)
    {
        if (!nesting.Enter())
        {
            return Dim.Unknown;
        }

        var size = ReadSizeWithin(operation);
        nesting.Leave();
        return size;
    }

    private Dim ReadSizeWithin(IOperation operation)
    {
        if (IsNarrowing(operation, out var converted))
        {
            return Narrowed(ReadSize(converted.Operand), converted.Type!);
        }

        operation = Unwrap(operation);
        if (operation.ConstantValue is { HasValue: true, Value: var constant })
        {
            return Constant(constant, operation.Type) is Value.Integer integer ? integer.Dim : Dim.Unknown;
        }

        switch (operation)
        {
            case IParameterReferenceOperation { Parameter: var parameter } when indices.TryGetValue(parameter, out var index):
                return index;
            case ILocalReferenceOperation { Local: var local } when indices.TryGetValue(local, out var index):
                return index;
            case IPropertyReferenceOperation or IFieldReferenceOperation when Member(operation) is { } member:
                return member is Value.Integer size ? size.Dim : Dim.Unknown;
            case IParameterReferenceOperation { Parameter:
                { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } parameter } when IsInteger(parameter.Type):
                return isElsewhere || Definitions.IsSet(parameter, cancellation) ? Dim.Unknown : Dim.Name(parameter.Name);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus, OperatorMethod: null } unary:
                return Dim.Zero - ReadSize(unary.Operand);
            case IBinaryOperation { OperatorMethod: null } binary:
                return ReadTerms(binary);
            case IInvocationOperation { TargetMethod: { Name: "Max" or "Min",
                ContainingType: { Name: "Math", ContainingNamespace.Name: "System" } }, Arguments: [var a, var b] } call:
                return call.TargetMethod.Name == "Max" ? Dim.Max(ReadSize(a.Value), ReadSize(b.Value))
                    : Dim.Min(ReadSize(a.Value), ReadSize(b.Value));
            case IConditionalOperation { WhenFalse: { } otherwise } choice when IsInteger(choice.Type!):
                // condition ? a : throw
                if (Unwrap(otherwise) is IThrowOperation)
                {
                    return ReadSize(choice.WhenTrue);
                }

                var condition = ReadCondition(choice.Condition);
                if (condition is Truth.Known known)
                {
                    return ReadSize(known.Value ? choice.WhenTrue : otherwise);
                }

                var holds = condition.Indicator;
                return holds * ReadSize(choice.WhenTrue) + (Dim.One - holds) * ReadSize(otherwise);
            case IPropertyReferenceOperation { Property.Name: "Length" or "Count", Instance: { } list }
                when Read(list) is Value.List counted && counted.Items.All(i => i is not Value.Spread and not Value.Repeat):
                return Dim.Of(counted.Items.Count);
            case IArrayElementReferenceOperation { Indices: [var at] } element when Item(element.ArrayReference, at) is Value.Integer item:
                return item.Dim;
            case IImplicitIndexerReferenceOperation element when Item(element.Instance, element.Argument) is Value.Integer item:
                return item.Dim;
            case IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } list, Arguments: [{ Value: var at }] }
                when Item(list, at) is Value.Integer item:
                return item.Dim;
            case IFieldReferenceOperation { Field.ContainingType.IsTupleType: true } field when Item(field) is Value.Integer item:
                return item.Dim;
            case IInvocationOperation { TargetMethod: { IsStatic: true } method, Instance: null } call when Function(method) is { } body:
                foreach (var argument in call.Arguments.Where(a => a.Parameter is not null))
                {
                    Bind(argument.Parameter!, Read(argument.Value));
                }

                return Follow(body, static (reader, o) => reader.ReadSize(o)) ?? Dim.Unknown;
        }

        return Definition(operation) is { } definition ? Follow(definition, static (reader, o) => reader.ReadSize(o)) ?? Dim.Unknown
            : Dim.Unknown;
    }

    /// <summary>A cast to a type that does not hold every number of the other.</summary>
    private static bool IsNarrowing(IOperation operation, out IConversionOperation conversion)
    {
        conversion = null!;
        while (operation is IConversionOperation { OperatorMethod: null, ConstantValue.HasValue: false } next)
        {
            if (next is { Conversion: { IsNumeric: true, IsImplicit: false }, Type: { } type, Operand.Type: { } given }
                && IsInteger(type) && IsInteger(given))
            {
                conversion = next;
                return true;
            }

            operation = next.Operand;
        }

        return false;
    }

    /// <summary>Sizes are taken to fit an int; a smaller type may cut them off.</summary>
    private static Dim Narrowed(Dim size, ITypeSymbol type)
    {
        var (least, most) = type.SpecialType switch
        {
            SpecialType.System_Byte => (byte.MinValue, byte.MaxValue),
            SpecialType.System_SByte => (sbyte.MinValue, sbyte.MaxValue),
            SpecialType.System_Int16 => (short.MinValue, short.MaxValue),
            SpecialType.System_UInt16 => (ushort.MinValue, ushort.MaxValue),
            SpecialType.System_UInt32 => (uint.MinValue, uint.MaxValue),
            SpecialType.System_Int64 => (long.MinValue, long.MaxValue),
            _ => ((long)int.MinValue, (long)int.MaxValue),
        };
        return size.Constant is { } number ? number >= least && number <= most ? size : Dim.Unknown
            : most >= int.MaxValue ? size : Dim.Unknown;
    }

    /// <summary>A sum of many terms is deep on its left.</summary>
    private Dim ReadTerms(IBinaryOperation binary)
    {
        var terms = new Stack<IBinaryOperation>();
        IOperation first = binary;
        while (first is IBinaryOperation { OperatorMethod: null, ConstantValue.HasValue: false } term)
        {
            terms.Push(term);
            first = Unwrap(term.LeftOperand);
        }

        return terms.Aggregate(ReadSize(first), (left, term) => Combine(term.OperatorKind, left, ReadSize(term.RightOperand)));
    }

    /// <summary>A truth; unknown where it is not understood.</summary>
    public Truth ReadCondition(IOperation operation)
    {
        if (!nesting.Enter())
        {
            return Truth.Unknown;
        }

        var truth = ReadConditionWithin(operation);
        nesting.Leave();
        return truth;
    }

    private Truth ReadConditionWithin(IOperation operation)
    {
        operation = Unwrap(operation);
        if (operation.ConstantValue is { HasValue: true, Value: bool constant })
        {
            return Truth.Of(constant);
        }

        switch (operation)
        {
            case IParameterReferenceOperation { Parameter: var local } when given.TryGetValue(local, out var argument):
                return Holds(argument);
            case IPropertyReferenceOperation or IFieldReferenceOperation when Member(operation) is { } member:
                return Holds(member);
            case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor },
                Type.SpecialType: SpecialType.System_Boolean } parameter }:
                return isElsewhere || Definitions.IsSet(parameter, cancellation) ? Truth.Unknown : Truth.Of(parameter.Name);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, OperatorMethod: null } not:
                return !ReadCondition(not.Operand);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And } both
                when both.Type?.SpecialType == SpecialType.System_Boolean:
                return ReadCondition(both.LeftOperand) & ReadCondition(both.RightOperand);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or } either
                when either.Type?.SpecialType == SpecialType.System_Boolean:
                return ReadCondition(either.LeftOperand) | ReadCondition(either.RightOperand);
            case IBinaryOperation { OperatorMethod: null, LeftOperand.Type: { } type } comparison when IsInteger(type):
                return Compare(comparison.OperatorKind, ReadSize(comparison.LeftOperand), ReadSize(comparison.RightOperand));
        }

        return Definition(operation) is { } definition ? Follow(definition, static (reader, o) => reader.ReadCondition(o)) ?? Truth.Unknown
            : Truth.Unknown;
    }

    private static Truth Holds(Value value) => value switch
    {
        Value.Boolean known => Truth.Of(known.Truth),
        Value.Condition condition => condition.Holds,
        _ => Truth.Unknown,
    };

    private static Truth Compare(BinaryOperatorKind kind, Dim left, Dim right) => kind switch
    {
        BinaryOperatorKind.NotEquals => Truth.Of(left, Relation.NotEqual, right),
        BinaryOperatorKind.Equals => Truth.Of(left, Relation.Equal, right),
        BinaryOperatorKind.GreaterThan => Truth.Of(left, Relation.More, right),
        BinaryOperatorKind.LessThan => Truth.Of(left, Relation.Less, right),
        BinaryOperatorKind.GreaterThanOrEqual => Truth.Of(left, Relation.AtLeast, right),
        BinaryOperatorKind.LessThanOrEqual => Truth.Of(left, Relation.AtMost, right),
        _ => Truth.Unknown,
    };

    /// <summary>C#'s division truncates, which is the floor only where nothing is negative.</summary>
    private static Dim Combine(BinaryOperatorKind kind, Dim left, Dim right) => kind switch
    {
        BinaryOperatorKind.Add => left + right,
        BinaryOperatorKind.Subtract => left - right,
        BinaryOperatorKind.Multiply => left * right,
        BinaryOperatorKind.Divide when IsNatural(left, right) => Dim.FloorDiv(left, right),
        BinaryOperatorKind.Remainder when IsNatural(left, right) => Dim.Mod(left, right),
        BinaryOperatorKind.LeftShift when right.Constant is >= 0 and < 62 => left * Dim.Of(1L << (int)right.Constant!.Value),
        _ => Dim.Unknown,
    };

    private static bool IsNatural(Dim dividend, Dim divisor)
    {
        // A parameter is taken to be 0 or more here: a negative one makes no layer.
        var naturals = Facts.None.And(dividend.Names.Concat(divisor.Names).Distinct()
            .Select(n => new Fact(Dim.Name(n), Relation.AtLeast, Dim.Zero)));
        return Comparison.AtLeast(dividend, Dim.Zero, naturals) is true
            && (Comparison.AtLeast(divisor, Dim.One, naturals) is true || divisor.Constant is null);
    }
}
