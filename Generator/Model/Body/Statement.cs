using Gen.Model;

namespace Gen.Model;

/// <summary>A statement of a <c>Forward</c> body.</summary>
internal abstract record Statement
{
    internal sealed record Block(EquatableArray<Statement> Statements) : Statement
    {
        /// <summary>The variables that are disposed where it ends: <c>using var h = ...</c>.</summary>
        public EquatableArray<string> Disposed { get; init; }

        /// <summary>What TorchSharp is told for as long as it runs, by the method's name: <c>using (no_grad())</c>.</summary>
        public string Mode { get; init; } = "";
    }

    internal sealed record Evaluate(Expression Expression) : Statement;

    /// <summary><c>var h = fc1.call(x);</c></summary>
    internal sealed record Declare(string Name, Expression? Value) : Statement;

    internal sealed record Return(int At, Expression? Value) : Statement;

    /// <summary><c>yield return</c>.</summary>
    internal sealed record Yield(Expression Value) : Statement;

    internal sealed record If(Expression Condition, Statement Then, Statement? Otherwise) : Statement;

    /// <summary><c>while</c>, <c>do</c> and <c>for</c>.</summary>
    internal sealed record Loop(EquatableArray<Statement> Before, Expression? Condition, EquatableArray<Statement> After, Statement Body,
        bool IsAtLeastOnce) : Statement;

    internal sealed record ForEach(Expression Target, Expression Items, Statement Body) : Statement;

    /// <summary>The cases of a switch that a <c>break</c> leaves before a case ends.</summary>
    internal sealed record Switch(Statement Cases) : Statement;

    internal sealed record Function(string Name, EquatableArray<string> Parameters, Statement Body) : Statement;

    /// <summary>Leaves the loop or the switch around it.</summary>
    internal sealed record Break : Statement;

    internal sealed record Continue : Statement;

    /// <summary>A jump to a label, which is not followed.</summary>
    internal sealed record Jump(int At, string Written) : Statement;

    internal sealed record Throw : Statement;
}
