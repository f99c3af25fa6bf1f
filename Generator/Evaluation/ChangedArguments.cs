using Gen.Model;

namespace Gen.Evaluation;

/// <summary>Lists and objects that a module is given, and changes: attention maps that it adds to a list, a cache that it fills.</summary>
internal static class ChangedArguments
{
    private static readonly HashSet<string> Changing = new(["Add", "AddRange", "AddFirst", "AddLast", "Insert", "InsertRange", "Remove",
        "RemoveAt", "RemoveAll", "RemoveRange", "RemoveFirst", "RemoveLast", "Clear", "Enqueue", "Dequeue", "Push", "Pop", "TryAdd",
        "TryRemove", "GetOrAdd", "AddOrUpdate", "Sort", "Reverse", "Fill", "Copy", "CopyTo"], StringComparer.Ordinal);

    /// <summary>The module may change what the parameter holds; false for modules of TorchSharp.</summary>
    public static bool Of(ModuleModel? module, int parameter)
    {
        if (module is null)
        {
            return false;
        }

        return module.Body is not { } body || body.Find(body.Entry) is not { Body: { } code } method || parameter >= method.Parameters.Count
            || IsChanged(code, method.Parameters[parameter].Parameter);
    }

    private static bool IsChanged(Statement code, string name) =>
        code.Nodes().Any(n => n switch
        {
            Expression.Assign assign => (assign.Target is not Expression.Local && Has(assign.Target, name)) || Is(assign.Value, name),
            Expression.Opaque opaque => opaque.Locals.Contains(name),
            Expression.Lambda => false,
            Expression.Call { Owner: Owner.Torch or Owner.Functional or Owner.Tensor or Owner.Math } => false,
            Expression.Call { Owner: Owner.Collection } call => call.Arguments.Any(a => Is(a.Value, name))
                || (call.Receiver is { } receiver && Has(receiver, name) && Changing.Contains(call.Method)),
            Expression.Call call => call.Arguments.Any(a => Is(a.Value, name)) || (call.Receiver is { } receiver && Has(receiver, name)),
            _ => false,
        })
        || code.Statements().OfType<Statement.Declare>().Any(d => d.Value is { } value && Is(value, name));

    /// <summary>The expression is the parameter, or may be.</summary>
    private static bool Is(Expression value, string name) =>
        value is Expression.Local or Expression.Field or Expression.Binary { Operator: "??" } or Expression.Choice && Has(value, name);

    private static bool Has(Expression value, string name) => value.Nodes().Any(n => n is Expression.Local local && local.Name == name);
}
