using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Gen.Tests.Models;

/// <summary>Radford et al. 2015: the generator.</summary>
[Shape("B nz 1 1 -> B nc 64 64")]
internal sealed partial class DcganGenerator(long nz = 100, long ngf = 64, long nc = 3)
{
    [Layer] private readonly Sequential main = Sequential(
        ConvTranspose2d(nz, ngf * 8, 4, 1, 0, bias: false), BatchNorm2d(ngf * 8), ReLU(true),
        ConvTranspose2d(ngf * 8, ngf * 4, 4, 2, 1, bias: false), BatchNorm2d(ngf * 4), ReLU(true),
        ConvTranspose2d(ngf * 4, ngf * 2, 4, 2, 1, bias: false), BatchNorm2d(ngf * 2), ReLU(true),
        ConvTranspose2d(ngf * 2, ngf, 4, 2, 1, bias: false), BatchNorm2d(ngf), ReLU(true),
        ConvTranspose2d(ngf, nc, 4, 2, 1, bias: false), Tanh());
}

/// <summary>Radford et al. 2015: the discriminator.</summary>
[Shape("B nc 64 64 -> B")]
internal sealed partial class DcganDiscriminator(long ndf = 64, long nc = 3)
{
    [Layer] private readonly Sequential main = Sequential(
        Conv2d(nc, ndf, 4, 2, 1, bias: false), LeakyReLU(0.2, inplace: true),
        Conv2d(ndf, ndf * 2, 4, 2, 1, bias: false), BatchNorm2d(ndf * 2), LeakyReLU(0.2, inplace: true),
        Conv2d(ndf * 2, ndf * 4, 4, 2, 1, bias: false), BatchNorm2d(ndf * 4), LeakyReLU(0.2, inplace: true),
        Conv2d(ndf * 4, ndf * 8, 4, 2, 1, bias: false), BatchNorm2d(ndf * 8), LeakyReLU(0.2, inplace: true),
        Conv2d(ndf * 8, 1, 4, 1, 0, bias: false), Sigmoid());

    private Tensor Forward(Tensor input) => main.call(input).view(-1, 1).squeeze(1);
}

/// <summary>Kingma and Welling 2013, as PyTorch's examples have it: three results.</summary>
[Shape("B 1 28 28")]
internal sealed partial class Vae
{
    [Layer] private readonly Linear fc1 = Linear(784, 400);
    [Layer] private readonly Linear fc21 = Linear(400, 20);
    [Layer] private readonly Linear fc22 = Linear(400, 20);
    [Layer] private readonly Linear fc3 = Linear(20, 400);
    [Layer] private readonly Linear fc4 = Linear(400, 784);

    private (Tensor mu, Tensor logvar) Encode(Tensor x)
    {
        var h1 = functional.relu(fc1.call(x));
        return (fc21.call(h1), fc22.call(h1));
    }

    private Tensor Reparameterize(Tensor mu, Tensor logvar)
    {
        var std = exp(0.5 * logvar);
        var eps = randn_like(std);
        return mu + eps * std;
    }

    private Tensor Decode(Tensor z)
    {
        var h3 = functional.relu(fc3.call(z));
        return sigmoid(fc4.call(h3));
    }

    private (Tensor, Tensor, Tensor) Forward(Tensor x)
    {
        var (mu, logvar) = Encode(x.view(-1, 784));
        var z = Reparameterize(mu, logvar);
        return (Decode(z), mu, logvar);
    }
}

/// <summary>Ho et al. 2020: sines of the time.</summary>
[Shape("B -> B dim", Where = "dim % 2 == 0, dim >= 4")]
internal sealed partial class TimeEmbedding(long dim)
{
    [Layer] private readonly Linear fc1 = Linear(dim, dim);
    [Layer] private readonly Linear fc2 = Linear(dim, dim);

    private Tensor Forward(Tensor t)
    {
        var half = dim / 2;
        var freqs = exp(arange(half, device: t.device).to(float32) * (-Math.Log(10000) / (half - 1)));
        var args = t.unsqueeze(1).to(float32) * freqs.unsqueeze(0);
        var emb = cat([args.sin(), args.cos()], dim: -1);
        return fc2.call(functional.silu(fc1.call(emb)));
    }
}

/// <summary>Ho et al. 2020: a block that is told the time.</summary>
[Shape("B inC H W, B temb -> B outC H W", Where = "inC % groups == 0, outC % groups == 0")]
internal sealed partial class DiffusionBlock(long inC, long outC, long temb, long groups = 8)
{
    [Layer] private readonly GroupNorm norm1 = GroupNorm(groups, inC);
    [Layer] private readonly Conv2d conv1 = Conv2d(inC, outC, 3, padding: 1);
    [Layer] private readonly Linear time = Linear(temb, outC);
    [Layer] private readonly GroupNorm norm2 = GroupNorm(groups, outC);
    [Layer] private readonly Conv2d conv2 = Conv2d(outC, outC, 3, padding: 1);
    [Layer] private readonly Module<Tensor, Tensor> skip = inC == outC ? Identity() : Conv2d(inC, outC, 1);

    /// <summary>TorchSharp leaves the weights of a new GroupNorm as the memory was.</summary>
    public void InitializeNorms()
    {
        foreach (var (weight, bias) in new[] { (norm1.weight, norm1.bias), (norm2.weight, norm2.bias) })
        {
            init.ones_(weight!);
            init.zeros_(bias!);
        }
    }

    private Tensor Forward(Tensor x, Tensor t)
    {
        var h = conv1.call(functional.silu(norm1.call(x)));
        h += time.call(functional.silu(t)).unsqueeze(-1).unsqueeze(-1);
        h = conv2.call(functional.silu(norm2.call(h)));
        return h + skip.call(x);
    }
}
