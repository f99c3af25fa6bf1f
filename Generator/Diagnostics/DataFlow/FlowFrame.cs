using Microsoft.CodeAnalysis;

namespace Gen.Diagnostics;

/// <summary>One call of a method: its variables are its own. The outermost one stands for all code that the class itself begins
/// with.</summary>
internal sealed class FlowFrame(FlowFrame? caller, ISymbol? method, int self, int result)
{
    /// <summary>Objects whose members are set where they are made: <c>new() { [key] = value }</c>.</summary>
    public Stack<int> Made { get; } = new();

    /// <summary>What stands before <c>?.</c>.</summary>
    public Stack<int> Asked { get; } = new();

    public Dictionary<ISymbol, int> Variables { get; } = new(SymbolEqualityComparer.Default);

    public FlowFrame? Caller { get; } = caller;

    public ISymbol? Method { get; } = method;

    /// <summary><c>this</c>.</summary>
    public int Self { get; } = self;

    /// <summary>What <c>return</c> gives to; a lambda's own while it is read.</summary>
    public int Result { get; set; } = result;

    public int Depth { get; } = caller is null ? 0 : caller.Depth + 1;

    /// <summary>The frame of a method that is being called already.</summary>
    public FlowFrame? Running(ISymbol called)
    {
        for (var f = this; f is not null; f = f.Caller)
        {
            if (SymbolEqualityComparer.Default.Equals(f.Method, called))
            {
                return f;
            }
        }

        return null;
    }
}
