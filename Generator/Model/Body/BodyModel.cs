using Gen.Model;

namespace Gen.Model;

/// <summary>The body of <c>Forward</c> and of the methods of the class that it calls.</summary>
/// <param name="Entry">The key of <c>Forward</c> among the methods.</param>
/// <param name="Methods">The methods by key.</param>
internal sealed record BodyModel(string Entry, EquatableArray<MethodModel> Methods)
{
    /// <summary>The function of <c>torch</c> that gives a device by its name; a constructor is read as a call of it.</summary>
    public const string Device = "device";

    /// <summary>The name for what a method is called on.</summary>
    public const string This = "this";

    /// <summary>An empty dictionary, read as a call.</summary>
    public const string Map = "new Dictionary";

    /// <summary>An anonymous object, read as a call.</summary>
    public const string Anonymous = "new";

    /// <summary>A copy of a record, read as a call.</summary>
    public const string Copy = "with";

    /// <summary>The key of the code that gives the object which a field of the module holds.</summary>
    public static string Held(string field) => $"{field} =";

    /// <summary>How the name of a distribution begins where it is made, which is read as a call.</summary>
    public const string Distributions = "distributions.";

    /// <summary>A set of the rows of tensors.</summary>
    public const string TensorDataset = "TensorDataset";

    /// <summary>A stack, a queue, a linked list, read as a call that makes one.</summary>
    public const string Sequence = "new Stack";

    /// <summary><c>new float[rows, columns]</c>, read as a call.</summary>
    public const string Array = "new []";

    /// <summary>The constructor of a loader, read as a call.</summary>
    public const string Loader = "DataLoader";

    /// <summary>A layer that is built with tensors, read as a call on the layer.</summary>
    public const string BuiltWith = "built with";

    public MethodModel? Find(string key) => Methods.FirstOrDefault(m => m.Key == key);
}

/// <param name="Key">Its signature as C#, which tells overloads apart.</param>
/// <param name="Parameters">The parameters, with their defaults.</param>
/// <param name="Body">What it does; null where its syntax is broken or it has none.</param>
internal sealed record MethodModel(string Key, EquatableArray<ExpressionArgument> Parameters, Statement? Body)
{
    /// <summary>It gives one item after the other.</summary>
    public bool IsIterator { get; init; }

    /// <summary>The parameters that are modules, by their classes.</summary>
    public EquatableArray<(string Parameter, LayerModel Module)> Modules { get; init; }

    /// <summary>For a constructor: the members that no other code sets.</summary>
    public EquatableArray<string> ReadOnly { get; init; }

    /// <summary>For the constructor of a record: the properties that its parameters are.</summary>
    public EquatableArray<string> Positional { get; init; }
}
