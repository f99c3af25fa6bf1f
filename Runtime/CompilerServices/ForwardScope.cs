using System.Collections;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Gen.CompilerServices;

/// <summary>Surrounds the user's <c>Forward</c>: what it computes and does not return is freed when it ends, also when it throws.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct ForwardScope : IDisposable
{
    private readonly DisposeScope scope;

    private ForwardScope(DisposeScope scope) => this.scope = scope;

    /// <summary>Begins the scope.</summary>
    public static ForwardScope Begin() => new(NewDisposeScope());

    /// <summary>Gives the result to the caller: every tensor in it that was computed here leaves the scope.</summary>
    public T Return<T>(T result)
    {
        Release(result);
        return result;
    }

    /// <summary>Frees what is left.</summary>
    public void Dispose() => scope.Dispose();

    /// <summary>A tensor that another scope owns, or none, is no tensor of this scope and stays where it is.</summary>
    private void Release(object? value)
    {
        switch (value)
        {
            case Tensor or nn.utils.rnn.PackedSequence:
                scope.MoveToOuter((IDisposable)value);
                break;
            case ITuple tuple:
                for (var i = 0; i < tuple.Length; i++)
                {
                    Release(tuple[i]);
                }

                break;
            case IDictionary dictionary:
                Release(dictionary.Keys);
                Release(dictionary.Values);
                break;
            case string:
                break;
            case IEnumerable items when value is ICollection or Array:
                foreach (var item in items)
                {
                    Release(item);
                }

                break;
        }
    }
}
