namespace Seed;

// max(0, x): the first choice for hidden layers.
[Shape("*B -> *B")]
public sealed partial class Rectified
{
    [Layer] private readonly ReLU relu;
}

// Between 0 and 1: for a probability.
[Shape("*B -> *B")]
public sealed partial class Squashed
{
    [Layer] private readonly Sigmoid sigmoid;
}

// Between -1 and 1, centred on 0.
[Shape("*B -> *B")]
public sealed partial class Centred
{
    [Layer] private readonly Tanh tanh;
}

// Like ReLU, but negative inputs keep a small slope: leaky_relu(-5) = -0.05.
[Shape("*B -> *B")]
public sealed partial class Leaky
{
    [Layer] private readonly LeakyReLU leaky_relu;
}

// Half of the values are dropped in train(), none in eval().
[Shape("*B -> *B")]
public sealed partial class Regularized
{
    [Layer(0.5)] private readonly Dropout dropout;
}
