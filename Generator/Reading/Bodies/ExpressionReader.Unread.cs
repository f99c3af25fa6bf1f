using Gen.Model;
using Gen.Shapes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Reading;

/// <content>Code that is not read: what is known of it all the same.</content>
internal sealed partial class ExpressionReader
{
    /// <summary>Code that does not bind may do anything with the locals in it.</summary>
    private Expression.Opaque Unbound(int at, IOperation operation) => new(at, null)
    {
        IsTensor = MayBeTensor(operation.Type),
        Locals = operation.Syntax.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(n => n.Identifier.ValueText).Distinct()
            .ToEquatableArray(),
    };

    private Expression Opaque(int at, IOperation operation) => bodies.IsOrdinary && SomeModel(at, operation) is { } model
        ? model
        : new Expression.Opaque(at, operation.Type is { TypeKind: TypeKind.Error } ? null : $"'{Written(operation)}'")
        {
            Static = operation is IMemberReferenceOperation { Instance: null, Member: var held } reference && IsKept(held)
                ? $"{TypeReader.MetadataName(reference.Member.ContainingType)}.{reference.Member.Name}" : null,
            Invokes = bodies.IsOrdinary ? default : Invoked(operation).Distinct().ToEquatableArray(),
        };

    /// <summary>A static member that holds a value: no call computes another one.</summary>
    private static bool IsKept(ISymbol member) => member switch
    {
        IFieldSymbol field => field.IsReadOnly || field.IsConst || field.Locations.Any(static l => l.IsInSource),
        IPropertySymbol { IsIndexer: false } property => IsTorchSharp(property.ContainingType)
            || property.DeclaringSyntaxReferences.Any(static r => r.GetSyntax() is PropertyDeclarationSyntax
                { ExpressionBody: null, AccessorList: { } accessors } && accessors.Accessors.All(static a => a is
                { Body: null, ExpressionBody: null })),
        _ => false,
    };

    /// <summary>What code calls that is not read, a property's own among it.</summary>
    private IEnumerable<string> Invoked(IOperation operation) =>
        operation is IPropertyReferenceOperation { Property: var property } && bodies.IsOwn(property)
            ? property.DeclaringSyntaxReferences.SelectMany(r => Invoked(r.GetSyntax(cancellation))) : Invoked(operation.Syntax);

    private static IEnumerable<string> Invoked(SyntaxNode node) =>
        node.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Select(static i => i.Expression switch
        {
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
            SimpleNameSyntax name => name.Identifier.ValueText,
            _ => "",
        });

    private static string Written(IOperation operation)
    {
        // A call of many lines is not copied for its first words.
        var (syntax, few) = (operation.Syntax, 400);
        var text = syntax.Span.Length <= few ? Words(syntax.ToString())
            : Words(syntax.SyntaxTree.GetText().ToString(new(syntax.SpanStart, few))) is { Length: > 60 } begin ? begin
            : Words(syntax.ToString());
        return text.Length <= 60 ? text : text[..57] + "...";

        static string Words(string text) => string.Join(" ", text.Split([' ', '\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>An object that is not followed: what it is made of is computed once.</summary>
    private Expression Unfollowed(int at, IOperation creation, IReadOnlyList<IOperation> values)
    {
        if (bodies.IsOrdinary || Opaque(at, creation) is not Expression.Opaque opaque
            || values.Any(static v => ValueReader.Unwrap(v) is IDelegateCreationOperation or IAnonymousFunctionOperation))
        {
            return Opaque(at, creation);
        }

        return InOrder(at, [.. values.Select(Read), opaque with { Invokes = OfConstructor(creation) }]);
    }

    /// <summary>One after the other; it gives the last.</summary>
    private static Expression InOrder(int at, IReadOnlyList<Expression> items) => new Expression.Element(at,
        new Expression.List(at, items.ToEquatableArray()),
        EquatableArray.Of<Expression>(new Expression.Constant(at, new Value.Integer(Dim.Of(items.Count - 1)))));

    private EquatableArray<string> OfConstructor(IOperation creation) =>
        creation is not IObjectCreationOperation { Constructor: { } constructor } ? default
            : constructor.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).OfType<ConstructorDeclarationSyntax>()
                .SelectMany(Invoked).Distinct().ToEquatableArray();

    private static IEnumerable<IOperation> Values(IObjectOrCollectionInitializerOperation? initializer) =>
        initializer?.Initializers.SelectMany(static i => i switch
        {
            ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Arguments: var keys } } set =>
                keys.Select(k => k.Value).Append(set.Value),
            ISimpleAssignmentOperation set => [set.Value],
            IMemberInitializerOperation member => Values(member.Initializer),
            IInvocationOperation add => add.Arguments.Select(a => a.Value),
            _ => [i],
        }) ?? [];
}
