// The models are in the samples Seed and Gpt. [Export] may stand on any part of a class.
namespace Seed
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
