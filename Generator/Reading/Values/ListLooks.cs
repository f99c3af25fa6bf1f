using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gen.Reading;

/// <summary>Code that uses what is in a list of modules and adds nothing to it: <c>foreach (var p in features.parameters())
/// p.requires_grad = false;</c>.</summary>
internal static class ListLooks
{
    /// <summary>Everything that a piece of code does with the list.</summary>
    public static bool Only(SyntaxNode code, string list) =>
        code.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == list)
            .All(n => n.Parent is NameColonSyntax or NameEqualsSyntax || IsLook(Mention(n)));

    /// <summary>The list goes on under another name or type, where it may be filled: <c>((Sequential)net.to(device))
    /// .append(...)</c>.</summary>
    public static bool GoesOn(SyntaxNode code, string list) =>
        code.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == list).Select(Mention)
            .Any(m => m.Parent is CastExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AsExpression }
                || (m.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "train" or "eval" or "to" or "cuda" or "cpu"
                    or "apply" or "append", Parent: InvocationExpressionSyntax { Parent: not ExpressionStatementSyntax } } access
                    && access.Expression == m));

    /// <summary><c>list</c> or <c>this.list</c>; another <c>x.list</c> is a member of x.</summary>
    private static ExpressionSyntax Mention(IdentifierNameSyntax name) =>
        name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } own && own.Name == name ? own : name;

    private static bool IsLook(ExpressionSyntax list)
    {
        switch (list.Parent)
        {
            case ForEachStatementSyntax each when each.Expression == list:
                return AddsNothing(each.Statement, [each.Identifier.ValueText]);
            case ElementAccessExpressionSyntax { Parent: MemberAccessExpressionSyntax item } element when element.Expression == list:
                return !IsSet(item) && item.Parent is not InvocationExpressionSyntax;
            case MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } access when access.Expression == list:
                return IsLook(access.Name.Identifier.ValueText, call);
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Count" } access:
                return access.Expression == list;
            default:
                return false;
        }
    }

    private static bool IsLook(string method, InvocationExpressionSyntax call)
    {
        switch (method)
        {
            case "parameters" or "named_parameters" or "buffers" or "named_buffers" or "state_dict" or "load_state_dict" or "zero_grad"
                or "ToString":
                return true;

            // These give back modules, or the list itself.
            case "train" or "eval" or "to" or "cuda" or "cpu":
                return call.Parent is ExpressionStatementSyntax;
            case "apply":
                return call is { Parent: ExpressionStatementSyntax, ArgumentList.Arguments: [{ Expression: LambdaExpressionSyntax each }] }
                    && AddsNothing(each.Body, [.. Parameters(each)]);
            case "children" or "modules":
                return call.Parent is ForEachStatementSyntax loop && loop.Expression == call
                    && AddsNothing(loop.Statement, [loop.Identifier.ValueText]);
            case "named_children" or "named_modules":
                return call.Parent is ForEachVariableStatementSyntax several && several.Expression == call
                    && AddsNothing(several.Statement, [.. several.Variable.DescendantNodesAndSelf()
                        .OfType<SingleVariableDesignationSyntax>().Select(d => d.Identifier.ValueText)]);
            default:
                return false;
        }
    }

    private static IEnumerable<string> Parameters(LambdaExpressionSyntax lambda) =>
        lambda.DescendantNodes().OfType<ParameterSyntax>().Select(p => p.Identifier.ValueText);

    /// <summary>The modules are asked for their tensors, and nobody else gets them.</summary>
    private static bool AddsNothing(SyntaxNode code, IReadOnlyCollection<string> modules)
    {
        // A pattern may name a module again: m is Linear l.
        var named = new HashSet<string>(modules.Concat(code.DescendantNodesAndSelf().OfType<SingleVariableDesignationSyntax>()
            .Select(d => d.Identifier.ValueText)), StringComparer.Ordinal);
        return code.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Where(n => named.Contains(n.Identifier.ValueText))
            .All(n => n.Parent switch
            {
                IsPatternExpressionSyntax test => test.Expression == n,
                BinaryExpressionSyntax { RawKind: (int)SyntaxKind.IsExpression } test => test.Left == n,
                SwitchStatementSyntax choice => choice.Expression == n,
                MemberAccessExpressionSyntax member when member.Expression != n => true,
                MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } member =>
                    IsLook(member.Name.Identifier.ValueText, call),
                MemberAccessExpressionSyntax member => !IsSet(member),
                _ => false,
            });
    }

    /// <summary>A member, or a member of it, gets another value; whether a tensor is trained changes no module.</summary>
    private static bool IsSet(ExpressionSyntax member)
    {
        var whole = member;
        while (whole.Parent is MemberAccessExpressionSyntax or ParenthesizedExpressionSyntax
            or PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression })
        {
            whole = (ExpressionSyntax)whole.Parent;
        }

        return Definitions.Targets(whole.Parent!).Contains(whole)
            && whole is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "requires_grad" };
    }
}
