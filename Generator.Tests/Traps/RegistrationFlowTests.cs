using System.Collections;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using BindingFlags = System.Reflection.BindingFlags;

namespace Gen.Tests.Traps;

/// <summary>GEN4001 and GEN4002 against TorchSharp: told where the parameters have no key in the state of the module, and only
/// there.</summary>
[Collection("TorchSharp")]
public sealed class RegistrationFlowTests
{
    private static readonly ProgramTable RegisteredTable = new(RegistrationPrograms.Registered.Select(p => (p.Name, p.Source)));
    private static readonly ProgramTable NotRegisteredTable = new(RegistrationPrograms.NotRegistered.Select(p => (p.Name, p.Source)));

    public static TheoryData<string> Registered => RegisteredTable.Names;

    public static TheoryData<string> NotRegistered => NotRegisteredTable.Names;

    [Theory]
    [MemberData(nameof(Registered))]
    public void What_is_registered_is_left_alone(string program)
    {
        Assert.True(HasKeys(RegisteredTable.Type(program, "Net")));
        Assert.DoesNotContain(RegisteredTable.Diagnostics(program), IsTrap);
    }

    [Theory]
    [MemberData(nameof(NotRegistered))]
    public void What_is_not_registered_is_told_once(string program)
    {
        Assert.False(HasKeys(NotRegisteredTable.Type(program, "Net")));
        Assert.Single(NotRegisteredTable.Diagnostics(program), IsTrap);
    }

    private static bool IsTrap(Diagnostic diagnostic) => diagnostic.Id is "GEN4001" or "GEN4002" or "GEN4003";

    /// <summary>All parameters in the member <c>held</c> are among those of the module.</summary>
    private static bool HasKeys(Type type)
    {
        using var net = (Module)Activator.CreateInstance(type)!;
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var held = ParametersOf(type.GetField("held", Any)?.GetValue(net) ?? type.GetProperty("held", Any)!.GetValue(net))
            .Select(p => p.Handle).ToHashSet();
        Assert.NotEmpty(held);
        return held.IsSubsetOf(net.state_dict().Values.Select(t => t.Handle));
    }

    private static IEnumerable<Parameter> ParametersOf(object? value) => value switch
    {
        null or string => [],
        Parameter parameter => [parameter],
        Module module => module.parameters(),
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => ParametersOf(tuple[i])),
        IDictionary dictionary => dictionary.Values.Cast<object>().SelectMany(ParametersOf),
        IEnumerable items => items.Cast<object?>().SelectMany(ParametersOf),
        _ => [],
    };
}
