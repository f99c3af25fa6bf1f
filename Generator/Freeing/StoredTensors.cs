using System.Collections.Immutable;
using Gen.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Gen.Freeing;

/// <summary>What an operation puts somewhere, and where.</summary>
internal static class StoredTensors
{
    /// <summary>Methods of collections that keep what they are given.</summary>
    private static readonly ImmutableHashSet<string> Adding = ImmutableHashSet.Create(
        "Add", "AddFirst", "AddLast", "AddRange", "Insert", "Enqueue", "Push", "TryAdd", "Append");

    public static IEnumerable<(IOperation Target, IOperation Value)> In(IOperation operation) => operation switch
    {
        IDeconstructionAssignmentOperation { Target: ITupleOperation targets, Value: var value }
            when ValueReader.Unwrap(value) is ITupleOperation values && values.Elements.Length == targets.Elements.Length =>
            targets.Elements.Zip(values.Elements, (t, v) => (t, v)),
        ISimpleAssignmentOperation assignment => [(assignment.Target, assignment.Value)],
        ICoalesceAssignmentOperation assignment => [(assignment.Target, assignment.Value)],
        ICompoundAssignmentOperation assignment => [(assignment.Target, assignment)],
        IInvocationOperation { Instance: { } collection } call
            when Adding.Contains(call.TargetMethod.Name) && call.TargetMethod.ContainingNamespace?.ToDisplayString()
                .StartsWith("System.Collections", StringComparison.Ordinal) == true =>
            call.Arguments.Select(a => (collection, a.Value)),
        _ => [],
    };

    /// <summary>The member of the class, or the static one, at which something ends up.</summary>
    public static ISymbol? Member(IOperation target) => ValueReader.Unwrap(target) switch
    {
        IFieldReferenceOperation { Field: var field, Instance: null
            or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } } => field,
        IPropertyReferenceOperation { Property: { IsIndexer: false } property, Instance: null
            or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } } => property,
        IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } indexed }
            when indexed.Type?.ContainingNamespace?.ToDisplayString().StartsWith("System", StringComparison.Ordinal) == true =>
            Member(indexed),
        IArrayElementReferenceOperation element => Member(element.ArrayReference),
        IImplicitIndexerReferenceOperation { Instance: { } indexed } => Member(indexed),
        _ => null,
    };
}
