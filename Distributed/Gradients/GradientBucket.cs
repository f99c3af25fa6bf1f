using System.Runtime.InteropServices;

namespace Gen.Distributed.Gradients;

/// <summary>A flat buffer with the gradients of some parameters, one after the other. Backward adds into it, since each gradient is a view
/// of it.</summary>
internal sealed class GradientBucket
{
    private readonly Slot[] slots;

    private GradientBucket((string Name, Parameter Parameter)[] parameters)
    {
        using var scope = NewDisposeScope();
        var first = parameters[0].Parameter;
        Flat = scope.Detach(zeros(parameters.Sum(p => p.Parameter.numel()), first.dtype, first.device));
        slots = new Slot[parameters.Length];
        var start = 0L;
        for (var i = 0; i < slots.Length; i++)
        {
            var (name, parameter) = parameters[i];
            var view = Flat.narrow(0, start, parameter.numel()).view(parameter.shape);
            slots[i] = new(name, parameter, scope.Detach(view));
            start += parameter.numel();
        }

        Attach();
    }

    /// <summary>All gradients of the bucket.</summary>
    public Tensor Flat { get; }

    /// <summary>Which tensors of libtorch its parameters are.</summary>
    public IEnumerable<nint> Identities => slots.Select(s => Identity(s.Parameter));

    /// <summary>Whether backward adds into the bucket.</summary>
    public bool IsAttached => Array.TrueForAll(slots, static s =>
    {
        using var gradient = s.Parameter.IsInvalid ? null : s.Parameter.grad;
        return gradient is not null && Identity(gradient) == Identity(s.View);
    });

    /// <summary>The parameters that require a gradient, from the last to the first, as backward comes to them.</summary>
    /// <param name="model">The model that has them; a tied one counts once.</param>
    /// <param name="mostBytes">How many bytes a bucket has at most, unless one parameter has more.</param>
    public static GradientBucket[] Of(nn.Module model, long mostBytes)
    {
        var seen = new HashSet<nint>();
        var buckets = new List<List<(string, Parameter)>>();
        var (bytes, type, device) = (0L, default(ScalarType), default(string));
        foreach (var (name, parameter) in model.named_parameters().Where(p => p.parameter.requires_grad && seen.Add(Identity(p.parameter)))
            .Reverse())
        {
            var size = parameter.numel() * parameter.element_size();
            if (buckets.Count == 0 || bytes + size > mostBytes || type != parameter.dtype || device != parameter.device.ToString())
            {
                buckets.Add([]);
                (bytes, type, device) = (0, parameter.dtype, parameter.device.ToString());
            }

            buckets[^1].Add((name, parameter));
            bytes += size;
        }

        return [.. buckets.Select(b => new GradientBucket([.. b]))];
    }

    /// <summary>Which tensor of libtorch this is: two wrappers of one have it in common.</summary>
    public static nint Identity(Tensor tensor) => Marshal.ReadIntPtr(tensor.Handle);

    /// <summary>Makes every gradient a view of the bucket again, with its value, where <c>model.zero_grad()</c> has set it to
    /// null.</summary>
    public void Attach()
    {
        using var gradients = no_grad();
        foreach (var (name, parameter, view) in slots)
        {
            if (parameter.IsInvalid)
            {
                throw new InvalidOperationException(
                    $"'{name}' is not the parameter that it was: the model was moved or converted after DistributedDataParallel.Attach. "
                    + "Move it before.");
            }

            using var gradient = parameter.grad;
            if (gradient is not null && Identity(gradient) == Identity(view))
            {
                continue;
            }

            if (gradient is null)
            {
                view.zero_();
            }
            else
            {
                view.copy_(gradient);
            }

            parameter.grad = view;
        }
    }

    /// <summary>Sets all gradients to zero.</summary>
    public void Zero()
    {
        using var gradients = no_grad();
        foreach (var (_, parameter, view) in slots)
        {
            using var gradient = parameter.IsInvalid ? null : parameter.grad;
            if (gradient is not null && Identity(gradient) != Identity(view))
            {
                parameter.grad = view;
            }
        }

        Flat.zero_();
        Attach();
    }

    /// <param name="Name">The parameter's key.</param>
    /// <param name="Parameter">The parameter.</param>
    /// <param name="View">Its gradient.</param>
    private sealed record Slot(string Name, Parameter Parameter, Tensor View);
}
