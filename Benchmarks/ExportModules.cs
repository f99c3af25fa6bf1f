using Gen;

namespace Mnist
{
    [Export]
    public sealed partial class MnistClassifier;
}

namespace Gpt
{
    [Export]
    public sealed partial class CharacterGpt;

    [Export]
    public sealed partial class Block;

    [Export]
    public sealed partial class CausalAttention;

    [Export]
    public sealed partial class FeedForward;
}

namespace Gen.Tests.Models
{
    [Export]
    internal sealed partial class ResNet18;

    [Export]
    internal sealed partial class BasicBlock;
}
