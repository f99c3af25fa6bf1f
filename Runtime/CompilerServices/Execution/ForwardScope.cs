using System.Collections;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>Surrounds the user's <c>Forward</c>: what it computes and does not return is freed when it ends, also when it throws.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct ForwardScope : IDisposable
{
    private readonly DisposeScope scope;

    /// <summary>What is computed here is not freed here: a hook may hold it, or a result of a kind that is not known.</summary>
    private bool leaves;

    /// <summary>A layer of the module has hooks.</summary>
    private readonly bool isObserved;

    /// <summary>What <c>Forward</c> is given may be held by something when it has returned.</summary>
    private readonly bool mayKeepInputs;

    /// <summary>What it returns may be held by something.</summary>
    private bool mayKeepResult;

    private ForwardScope(bool isObserved, bool leaves, bool mayKeepInputs, bool mayKeepResult)
    {
        scope = NewDisposeScope();
        this.isObserved = isObserved;
        this.leaves = isObserved || leaves;
        this.mayKeepInputs = isObserved || mayKeepInputs;
        this.mayKeepResult = isObserved || mayKeepResult;
    }

    /// <summary>Begins the scope.</summary>
    /// <param name="isObserved">A layer of the module has hooks.</param>
    public static ForwardScope Begin(bool isObserved) => new(isObserved, leaves: false, mayKeepInputs: false, mayKeepResult: false);

    /// <summary>Begins the scope of a <c>Forward</c> of which something else may hold what it computes: what has no last use that is known
    /// is left to the garbage collector.</summary>
    /// <param name="isObserved">A layer of the module has hooks.</param>
    /// <param name="mayKeepInputs">Something may hold what <c>Forward</c> is given.</param>
    /// <param name="mayKeepResult">Something may hold what it returns.</param>
    public static ForwardScope Begin(bool isObserved, bool mayKeepInputs, bool mayKeepResult) =>
        new(isObserved, leaves: true, mayKeepInputs, mayKeepResult);

    /// <summary>Gives the result to the caller: every tensor in it that was computed here leaves the scope.</summary>
    /// <param name="result">The result.</param>
    /// <param name="inputs">What <c>Forward</c> was given.</param>
    public T Return<T>(T result, params object?[] inputs) => Give(result, inputs);

    /// <inheritdoc cref="Return{T}(T, object?[])"/>
    /// <param name="result">The result.</param>
    /// <param name="input">What <c>Forward</c> was given.</param>
    public T Return<T>(T result, object? input) => Give(result, new ReadOnlySpan<object?>(in input));

    /// <summary>A layer of the module has hooks: the user's own <c>Forward</c> is to run, and nothing is freed.</summary>
    public readonly bool IsObserved => isObserved;

    /// <summary>A tensor, or an array of tensors, was used for the last time by this name: it is freed, if it was computed here and does
    /// not go on under another.</summary>
    /// <param name="value">The tensor or array.</param>
    /// <param name="others">Tensors and arrays that are used further and may be the same.</param>
    public readonly void Free(object? value, params object?[] others) => FreeUnless(value, others);

    /// <summary>A tensor, or an array of tensors, was used for the last time: it is freed, if it was computed here.</summary>
    /// <param name="value">The tensor or array.</param>
    public readonly void Free(object? value) => FreeUnless(value, default);

    private readonly void FreeUnless(object? value, ReadOnlySpan<object?> others)
    {
        if (value is Tensor tensor)
        {
            if (!Tensors.Contain(others, tensor) && scope.Contains(tensor) && !Kept.Contains(tensor))
            {
                tensor.Dispose();
            }
        }
        else if (value is Tensor[] items)
        {
            foreach (var item in items)
            {
                FreeUnless(item, others);
            }
        }
    }

    /// <summary><c>Forward</c> ends with an exception.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="module">The module.</param>
    /// <param name="name">Its name.</param>
    /// <param name="inputs">What <c>Forward</c> was given, with the names.</param>
    /// <returns>What to throw in its place; null where it is thrown on as it is.</returns>
    public readonly ModuleFailedException? Failed(Exception error, nn.Module module, string name,
        params (string Name, object? Value)[] inputs)
    {
        if (mayKeepInputs)
        {
            foreach (var (_, input) in inputs)
            {
                Observe(new ReadOnlySpan<object?>(in input));
            }
        }

        return Failure.Of(error, module, name, at: null, inputs);
    }

    /// <summary>Frees what is left.</summary>
    public readonly void Dispose()
    {
        if (leaves)
        {
            var left = scope.DisposablesView;
            Kept.AddAll(left);
            scope.MoveToOuter(left);
        }
        else if (Kept.Any)
        {
            scope.MoveToOuter(scope.DisposablesView.Where(d => d is Tensor tensor && Kept.Contains(tensor)));
        }

        scope.Dispose();
    }

    private T Give<T>(T result, ReadOnlySpan<object?> inputs)
    {
        HashSet<Tensor>? given = null;
        Release(result, inputs, ref given);
        if (mayKeepInputs || (leaves && mayKeepResult))
        {
            Observe(inputs);
        }

        return result;
    }

    private static void Observe(ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
        {
            foreach (var tensor in Tensors.In(value))
            {
                Kept.Add(tensor);
            }
        }
    }

    /// <param name="value">The result, or an item of it.</param>
    /// <param name="inputs">What <c>Forward</c> was given.</param>
    /// <param name="given">What was given to the caller already: the same tensor may be in a result twice. Null for one tensor.</param>
    private void Release(object? value, ReadOnlySpan<object?> inputs, ref HashSet<Tensor>? given)
    {
        switch (value)
        {
            case null or string or Enum or IConvertible:
                break;

            case Tensor tensor:
                if (scope.Contains(tensor))
                {
                    scope.MoveToOuter(tensor);
                    given?.Add(tensor);
                    if (mayKeepResult)
                    {
                        Kept.Add(tensor);
                    }
                }
                else if (given?.Contains(tensor) != true && !Tensors.Contain(inputs, tensor))
                {
                    // A parameter, a buffer, a tensor that was kept: the module's, and not the caller's to free.
                    Kept.Add(tensor);
                }

                break;

            case nn.utils.rnn.PackedSequence sequence:
                scope.MoveToOuter(sequence);
                break;

            case ITuple tuple:
                given ??= new(ReferenceEqualityComparer.Instance);
                for (var i = 0; i < tuple.Length; i++)
                {
                    Release(tuple[i], inputs, ref given);
                }

                break;

            case IDictionary dictionary:
                Release(dictionary.Keys, inputs, ref given);
                Release(dictionary.Values, inputs, ref given);
                break;

            case ICollection items:
                given ??= new(ReferenceEqualityComparer.Instance);
                foreach (var item in items)
                {
                    Release(item, inputs, ref given);
                }

                break;

            default:
                leaves = mayKeepResult = true;
                break;
        }
    }
}
