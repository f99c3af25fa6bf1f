using System.Reflection;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen.Tests.CodeFixes;

/// <summary>A module written by hand and what a refactoring made of it, built from one seed: nothing that a user can see differs.</summary>
internal static class ModulePairs
{
    public static void AssertSame(string before, string after, string name, object[] arguments, params Func<ScalarType, Tensor>[] inputs)
    {
        using var scope = NewDisposeScope();
        var hand = Make(before, name, arguments);
        var declared = Make(after, name, arguments);
        AssertSameState(hand, declared);
        AssertSameResult(hand, declared, inputs, ScalarType.Float32, training: false);
        for (var step = 0; step < 2; step++)
        {
            AssertSameResult(hand, declared, inputs, ScalarType.Float32, training: true);
            AssertSameState(hand, declared);
        }

        Load(hand, declared);
        Load(declared, hand);
        AssertSameState(hand, declared);
        hand.to(ScalarType.Float64);
        declared.to(ScalarType.Float64);
        AssertSameState(hand, declared);
        AssertSameResult(hand, declared, inputs, ScalarType.Float64, training: false);
        AssertSameResult(hand, declared, inputs, ScalarType.Float64, training: true);
        AssertSameState(hand, declared);

        // A module that holds one registers what is not yet.
        var parent = new Holder(Make(before, name, arguments));
        AssertSameState(parent, new Holder(Make(after, name, arguments)));
    }

    private static nn.Module Make(string source, string name, object[] arguments)
    {
        random.manual_seed(3);
        var type = Compilations.Load(source).GetTypes().Single(t => t.Name == name && typeof(nn.Module).IsAssignableFrom(t));
        type = type.IsGenericTypeDefinition ? type.MakeGenericType(typeof(Linear)) : type;
        var missing = Enumerable.Repeat(Type.Missing, type.GetConstructors()[0].GetParameters().Length - arguments.Length);
        return (nn.Module)Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.OptionalParamBinding,
            null, [.. arguments, .. missing], null)!;
    }

    private static void AssertSameState(nn.Module hand, nn.Module declared)
    {
        Assert.Equal(Described(hand.state_dict()), Described(declared.state_dict()));
        Assert.Equal(hand.named_parameters().Select(p => p.name), declared.named_parameters().Select(p => p.name));
        Assert.Equal(hand.named_buffers(true, false).Select(b => b.name), declared.named_buffers(true, false).Select(b => b.name));
        foreach (var (key, value) in hand.state_dict())
        {
            Assert.True(value.Equals(declared.state_dict()[key]), key);
        }

        static IEnumerable<string> Described(Dictionary<string, Tensor> state) =>
            state.Select(
                s => $"{s.Key} [{string.Join(", ", s.Value.shape)}] {s.Value.dtype} {s.Value is Parameter} {s.Value.requires_grad}");
    }

    private static void AssertSameResult(nn.Module hand, nn.Module declared, Func<ScalarType, Tensor>[] inputs, ScalarType type,
        bool training)
    {
        hand.train(training);
        declared.train(training);
        random.manual_seed(7);
        var given = inputs.Select(i => i(type)).ToArray();
        var (a, b) = (Call(hand, given), Call(declared, given));
        Assert.True(a.dtype == b.dtype && a.Equals(b), $"{a.str()}\n{b.str()}");
        if (!training || !a.requires_grad)
        {
            return;
        }

        Step(hand, a);
        Step(declared, b);
        foreach (var ((key, p), (_, q)) in hand.named_parameters().Zip(declared.named_parameters()))
        {
            Assert.Equal(p.grad is null, q.grad is null);
            Assert.True(p.grad is null || p.grad.Equals(q.grad!), key);
        }
    }

    private static Tensor Call(nn.Module module, Tensor[] inputs)
    {
        random.manual_seed(9);
        return inputs.Length == 1 ? ((nn.Module<Tensor, Tensor>)module).call(inputs[0])
            : ((nn.Module<Tensor, Tensor, Tensor>)module).call(inputs[0], inputs[1]);
    }

    private static void Step(nn.Module module, Tensor result)
    {
        using var optimizer = optim.SGD(module.parameters(), 0.1);
        optimizer.zero_grad();
        result.square().sum().backward();
        optimizer.step();
    }

    private static void Load(nn.Module from, nn.Module into)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            from.save(writer);
        }

        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        into.load(reader);
    }

    private sealed class Holder : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module held;

        public Holder(nn.Module held)
            : base(nameof(Holder))
        {
            this.held = held;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => held is nn.Module<Tensor, Tensor> one ? one.call(x) : x;
    }
}
