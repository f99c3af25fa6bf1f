using Gen.Model;

namespace Gen.Model;

/// <summary>An expression of a <c>Forward</c> body, with nothing of Roslyn in it.</summary>
/// <param name="At">The number of its syntax node within its method, for messages.</param>
internal abstract record Expression(int At)
{
    /// <summary>It stands for a tensor, or the code does not bind and it may be one.</summary>
    public bool IsTensor { get; init; }

    /// <summary>It stands nowhere in the text: what stands at its number is another expression.</summary>
    public bool IsUnwritten { get; init; }

    /// <summary>A value that is known at compile time, or the constructor's.</summary>
    internal sealed record Constant(int At, Value Value) : Expression(At)
    {
        /// <summary>The type of a number in C#, which TorchSharp makes an element type of: <c>float</c>; empty for what is none.</summary>
        public string Type { get; init; } = "";
    }

    /// <summary>A local or a parameter of the method.</summary>
    internal sealed record Local(int At, string Name) : Expression(At);

    /// <summary>A field of the module.</summary>
    internal sealed record Member(int At, string Name) : Expression(At)
    {
        /// <summary>The field is that of a base class so far up, where a class below it has another of that name.</summary>
        public int Above { get; init; }
    }

    /// <summary>A field or an automatic property of an object that ordinary code makes; what it reads as where the object is not
    /// known.</summary>
    /// <param name="At">Where.</param>
    /// <param name="Receiver">The object; null for the one that the method is called on.</param>
    /// <param name="Name">The member.</param>
    /// <param name="Getter">The key of the code that gives it; null for an automatic one.</param>
    /// <param name="Otherwise">What is known of it whatever the object.</param>
    internal sealed record Field(int At, Expression? Receiver, string Name, string? Getter, Expression Otherwise) : Expression(At);

    /// <summary>A tuple, an array, a list that is written out.</summary>
    internal sealed record List(int At, EquatableArray<Expression> Items, bool IsTuple = false) : Expression(At)
    {
        /// <summary>A list that is an object, and holds its tensors until the call ends; an array is freed with its last use.</summary>
        public bool IsKept { get; init; }
    }

    /// <summary>An item of a collection expression that stands for several: <c>..rest</c>.</summary>
    internal sealed record Spread(int At, Expression Items) : Expression(At);

    /// <summary>An operator of C#, or a conversion between kinds of numbers that is written out: <c>(long)</c>.</summary>
    internal sealed record Unary(int At, string Operator, Expression Operand) : Expression(At);

    internal sealed record Binary(int At, string Operator, Expression Left, Expression Right) : Expression(At);

    internal sealed record Choice(int At, Expression Condition, Expression Then, Expression Otherwise) : Expression(At);

    /// <summary>A call of an operation, a module or a method of the class.</summary>
    internal sealed record Call(int At, Owner Owner, string Method, Expression? Receiver, EquatableArray<ExpressionArgument> Arguments,
        string Written) : Expression(At)
    {
        /// <summary>The shapes that the method declares, where it is no module's; null where it declares none.</summary>
        public SignatureModel? Contract { get; init; }

        /// <summary>What the receiver is called in the extension block that the method with that declaration stands in.</summary>
        public string? Extended { get; init; }

        /// <summary>The type arguments of the method, as C# writes them: <c>item&lt;float></c>.</summary>
        public EquatableArray<string> Types { get; init; }

        /// <summary>For a tensor that is made of numbers: the member of <c>ScalarType</c> that their type in C# makes; empty for
        /// others.</summary>
        public string Elements { get; init; } = "";

        /// <summary>How many dimensions the numbers have of which it makes a tensor, by their type in C#; null where that is not
        /// known.</summary>
        public int? Rank { get; init; }

        /// <summary>The method stands in the project's own code, which may declare its shapes.</summary>
        public bool IsOwn { get; init; }

        /// <summary>It is a function of TorchSharp for sequences of several lengths.</summary>
        public bool IsOfSequences { get; init; }

        /// <summary>A derived class may have another method in the place of this one of the module.</summary>
        public bool IsOverridable { get; init; }

        /// <summary>The methods that may run, each by the class of the object that it is called on.</summary>
        public EquatableArray<(string Type, string Key)> Targets { get; init; }

        /// <summary>For a constructor that is followed: the class.</summary>
        public string? New { get; init; }

        /// <summary>For a method of a module other than its <c>Forward</c>: what the module would be if that were it.</summary>
        public ModuleModel? Inside { get; init; }

        /// <summary>Of a method of an interface or a base class: those of the modules that have one of their own.</summary>
        public EquatableArray<ModuleModel> Insides { get; init; }

        /// <summary>Of what class the module is that it gives, where nothing else is known of it.</summary>
        public LayerModel? Gives { get; init; }
    }

    /// <summary>A property: <c>x.shape</c>, <c>fc.weight</c>, <c>list.Count</c>.</summary>
    internal sealed record Read(int At, Owner Owner, string Property, Expression Receiver) : Expression(At);

    /// <summary><c>block is Conv2d</c>.</summary>
    /// <param name="Types">The classes that are of that type, by their names in metadata.</param>
    /// <param name="IsAll">No others are.</param>
    internal sealed record TypeTest(int At, Expression Value, EquatableArray<string> Types, bool IsAll) : Expression(At);

    /// <summary><c>x[0, ..]</c>, <c>sizes[1]</c>, <c>blocks[i]</c>.</summary>
    internal sealed record Element(int At, Expression Receiver, EquatableArray<Expression> Indices) : Expression(At);

    /// <summary><c>1..3</c>, <c>TensorIndex.Slice(0, n)</c>.</summary>
    internal sealed record Slice(int At, Expression? Start, Expression? Stop, Expression? Step) : Expression(At);

    /// <summary><c>^1</c>.</summary>
    internal sealed record FromEnd(int At, Expression Index) : Expression(At);

    internal sealed record Assign(int At, Expression Target, Expression Value) : Expression(At)
    {
        /// <summary><c>i++</c>, which gives what i was.</summary>
        public bool GivesOld { get; init; }
    }

    internal sealed record Lambda(int At, EquatableArray<string> Parameters, Statement Body) : Expression(At);

    /// <summary>A value of some kind that only the running program knows. <paramref name="Reason"/> is null where the code does not
    /// bind.</summary>
    internal sealed record Opaque(int At, string? Reason) : Expression(At)
    {
        /// <summary>For a static field or property: the metadata name of its type, and its own.</summary>
        public string? Static { get; init; }

        /// <summary>The locals in it, which it may change.</summary>
        public EquatableArray<string> Locals { get; init; }

        /// <summary>The names of the methods that it calls.</summary>
        public EquatableArray<string> Invokes { get; init; }
    }
}

/// <summary>What a method or property belongs to.</summary>
internal enum Owner
{
    Tensor,
    Torch,
    Functional,
    Module,

    /// <summary>A private method of the class, or one of its bases.</summary>
    Class,

    /// <summary>A local function or a lambda.</summary>
    Local,

    /// <summary><c>TensorIndex</c>.</summary>
    Index,

    /// <summary>Arrays, lists, tuples, dictionaries, LINQ.</summary>
    Collection,
    Math,
    Other,

    /// <summary>Something that gives a number, a text or nothing.</summary>
    Plain,
}

/// <param name="Parameter">The parameter's name.</param>
/// <param name="Value">What is given for it.</param>
/// <param name="IsDefault">It is left out.</param>
/// <param name="IsSet">The method sets it: <c>out</c> and <c>ref</c>.</param>
internal sealed record ExpressionArgument(string Parameter, Expression Value, bool IsDefault, bool IsSet = false);
