using Gen.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Gen;

/// <summary>
/// An exponential moving average of a module's parameters, as <c>AveragedModel</c> of PyTorch with <c>get_ema_avg_fn</c> keeps it. After
/// each step of the optimizer, <c>average = decay * average + (1 - decay) * parameter</c>. Averaged weights often give better results in
/// evaluation than the last ones. Buffers, such as the statistics of batch normalisations, are not averaged.
/// </summary>
/// <example>
/// <code>
/// using var average = new ExponentialMovingAverage(model, decay: 0.999);
/// ...
/// optimizer.step();
/// average.Update();
/// ...
/// using (average.Apply())
/// {
///     accuracy = Evaluate(model);
/// }
/// </code>
/// </example>
public sealed class ExponentialMovingAverage : IDisposable
{
    private readonly nn.Module module;
    private readonly Dictionary<string, Tensor> averages;
    private bool isApplied;

    /// <summary>Begins with the parameters as they are.</summary>
    /// <param name="module">Any module of TorchSharp; it stays the caller's.</param>
    /// <param name="decay">How much of the average each update keeps, from 0 to 1: about <c>1 / (1 - decay)</c> updates count.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decay"/> is not between 0 and 1.</exception>
    public ExponentialMovingAverage(nn.Module module, double decay = 0.999)
    {
        ArgumentNullException.ThrowIfNull(module);
        if (!(decay is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(decay), decay, "the decay must be between 0 and 1.");
        }

        (this.module, Decay) = (module, decay);
        using var ungraded = no_grad();
        averages = module.named_parameters().ToDictionary(p => p.name, p => Copy(p.parameter, Precise(p.parameter.dtype)));
    }

    /// <summary>How much of the average each update keeps.</summary>
    public double Decay { get; }

    /// <summary>How often <see cref="Update"/> was called.</summary>
    public long Updates { get; private set; }

    /// <summary>The averages under the keys of the parameters. They belong to this object. Those of float16 and bfloat16 parameters are
    /// float32: in 16 bits a small step is lost.</summary>
    public IReadOnlyDictionary<string, Tensor> Averages => averages;

    /// <summary>Takes the parameters as they are now into the average; call it after each step of the optimizer. It follows a module
    /// that was moved to another device or type.</summary>
    /// <exception cref="InvalidOperationException">The module has the averages at the moment, by <see cref="Apply"/>.</exception>
    /// <exception cref="StateMismatchException">The keys or shapes of the module's parameters are not those of the beginning.</exception>
    public void Update()
    {
        if (isApplied)
        {
            throw new InvalidOperationException("The module has the averages at the moment: dispose what Apply() returned first.");
        }

        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        foreach (var (key, parameter) in Parameters(module))
        {
            var average = Following(key, parameter);
            average.lerp_(parameter.to(average.dtype), 1 - Decay);
        }

        Updates++;
    }

    /// <summary>Puts the averages into the module, until the result is disposed: then it has its own parameters again. The parameters
    /// stay the same objects, so that an optimizer keeps them.</summary>
    /// <exception cref="InvalidOperationException">The module has the averages already.</exception>
    /// <exception cref="StateMismatchException">The keys or shapes of the module's parameters are not those of the beginning.</exception>
    public IDisposable Apply()
    {
        if (isApplied)
        {
            throw new InvalidOperationException("The module has the averages already.");
        }

        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var own = Parameters(module).Select(p => (p.parameter, Copy(p.parameter, p.parameter.dtype))).ToArray();
        CopyTo(module);
        isApplied = true;
        return new Applied(this, own);
    }

    /// <summary>Copies the averages into the parameters of a module with the same keys and shapes, such as a second one for
    /// evaluation.</summary>
    /// <exception cref="StateMismatchException">A key or a shape does not fit; nothing is changed.</exception>
    public void CopyTo(nn.Module target)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        foreach (var (key, parameter) in Parameters(target))
        {
            parameter.copy_(averages[key]);
        }
    }

    /// <summary>Replaces the averages by those of a training that goes on, which <see cref="Averages"/> were saved from.</summary>
    /// <exception cref="StateMismatchException">A key or a shape does not fit; nothing is changed.</exception>
    public void Load(IReadOnlyDictionary<string, Tensor> saved)
    {
        ArgumentNullException.ThrowIfNull(saved);
        Check(saved.ToDictionary(s => s.Key, s => s.Value.shape), $"the averages of {module.GetName()}");
        using var ungraded = no_grad();
        foreach (var (key, average) in averages)
        {
            average.copy_(saved[key]);
        }
    }

    /// <summary>Disposes the averages, not the module.</summary>
    public void Dispose()
    {
        foreach (var average in averages.Values)
        {
            average.Dispose();
        }
    }

    private static ScalarType Precise(ScalarType type) => type is ScalarType.Float16 or ScalarType.BFloat16 ? ScalarType.Float32 : type;

    private static Tensor Copy(Tensor tensor, ScalarType type)
    {
        using var detached = tensor.detach();
        return detached.to(type, copy: true).DetachFromDisposeScope();
    }

    private (string key, Parameter parameter)[] Parameters(nn.Module of)
    {
        var parameters = of.named_parameters().ToArray();
        Check(parameters.ToDictionary(p => p.name, p => p.parameter.shape), $"the parameters of {of.GetName()}");
        return parameters;
    }

    private void Check(Dictionary<string, long[]> shapes, string what)
    {
        var missing = averages.Keys.Where(k => !shapes.ContainsKey(k)).ToArray();
        var unexpected = shapes.Keys.Where(k => !averages.ContainsKey(k)).ToArray();
        var differences = shapes.Where(s => averages.TryGetValue(s.Key, out var average) && !average.shape.SequenceEqual(s.Value))
            .Select(s => new StateDifference(s.Key, ModuleLoading.Text(averages[s.Key].shape), ModuleLoading.Text(s.Value))).ToArray();
        if (missing.Length + unexpected.Length + differences.Length > 0)
        {
            throw new StateMismatchException(what, missing, unexpected, differences);
        }
    }

    /// <summary>The average, on the device and in the type that the parameter has by now.</summary>
    private Tensor Following(string key, Tensor parameter)
    {
        var (average, type) = (averages[key], Precise(parameter.dtype));
        if (average.dtype != type || average.device.type != parameter.device.type || average.device.index != parameter.device.index)
        {
            averages[key] = average.to(type, parameter.device).DetachFromDisposeScope();
            average.Dispose();
        }

        return averages[key];
    }

    private sealed class Applied(ExponentialMovingAverage average, (Parameter Parameter, Tensor Own)[] parameters) : IDisposable
    {
        private bool isDisposed;

        public void Dispose()
        {
            if (isDisposed)
            {
                return;
            }

            using var ungraded = no_grad();
            foreach (var (parameter, own) in parameters)
            {
                parameter.copy_(own);
                own.Dispose();
            }

            (isDisposed, average.isApplied) = (true, false);
        }
    }
}
