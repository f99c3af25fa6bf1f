namespace Gen.Tests.Rules.Operations.Programs;

/// <content>Element types, where they are drawn: of inputs and constants, casts, comparisons, masks, mixed operands, in-place
/// writes.</content>
internal sealed partial class ProgramWriter
{
    /// <summary>The types by how often they are drawn, from bool to complex.</summary>
    private static readonly string[] Types =
    [
        "float32", "float32", "float32", "float32", "float32", "float64", "float64", "float64", "int64", "int64", "int64", "int32", "int32",
        "bool", "bool", "float16", "bfloat16", "uint8", "int8", "int16",
    ];

    private static readonly string[] Order =
        ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64", "complex64"];

    private readonly bool drawsTypes;

    private Func<Variable, Variable?>[] KeepingTypes => [Cast, Cast, Mixed, Mixed, Constant, Constant, Compare, Where, InPlace, InPlace];

    private Func<Variable, Variable?>[] OfTypes => [Whole, Share, Unlike, Unlike, Indexed, Indexed, Tokens, Lossy, Made, Made, Back, Back];

    private static Element KindOf(string type) => type.Contains("float", StringComparison.Ordinal) ? Element.Real : Element.Other;

    private static bool IsFloat(string type) => KindOf(type) == Element.Real;

    /// <summary>Now and then a type is not looked at.</summary>
    private bool Slips() => drawsTypes && random.Next(60) == 0;

    /// <summary>A layer with weights takes it.</summary>
    private bool Takes(Variable x) => !drawsTypes || x.Type == "float32" || Slips();

    /// <summary>The common type, roughly; the writer needs it only to write more programs that run.</summary>
    private static string Common(Variable x, Variable y) => Common(x.Type, y.Type);

    private static string Common(string a, string b) => a == b ? a
        : (a, b) is ("float16", "bfloat16") or ("bfloat16", "float16") ? "float32"
        : (a, b) is ("uint8", "int8") or ("int8", "uint8") ? "int16"
        : Array.IndexOf(Order, a) > Array.IndexOf(Order, b) ? a : b;

    /// <summary>An input of a type of its own.</summary>
    private Variable Drawn(Variable input)
    {
        if (!drawsTypes || input.Kind != Element.Real)
        {
            return drawsTypes ? input with { Type = "int64" } : input;
        }

        var type = Pick(Types);
        return input with { Type = type, Kind = KindOf(type) };
    }

    /// <summary>The type as a shape string states it, where it does.</summary>
    private string Stated(Variable input) => drawsTypes && random.Next(2) == 0 ? $"{input.Type}: " : "";

    private Variable? Let(string expression, Variable like, string type) =>
        Let(expression, like.Dims, KindOf(type), like, type);

    private static string Member(string type) => type switch
    {
        "float16" => "Float16", "bfloat16" => "BFloat16", "float32" => "Float32", "float64" => "Float64", "int64" => "Int64",
        "int32" => "Int32", "int16" => "Int16", "int8" => "Int8", "uint8" => "Byte", "complex64" => "ComplexFloat32", _ => "Bool",
    };

    private static string Code(string type) => type == "bool" ? "torch.@bool" : type;

    private Variable? Cast(Variable x)
    {
        var type = random.Next(40) == 0 ? "complex64" : Pick(Types);
        var brief = type switch
        {
            "float32" => "@float", "float64" => "@double", "float16" => "half", "int64" => "@long", "int32" => "@int", "bool" => "@bool",
            "uint8" => "@byte", "int16" => "@short", _ => null,
        };
        return Let(Pick($"{x.Name}.to({Code(type)})", $"{x.Name}.to_type(ScalarType.{Member(type)})",
            $"{x.Name}.to(ScalarType.{Member(type)})",
            brief is null ? $"{x.Name}.to({Code(type)})" : $"{x.Name}.{brief}()",
            $"{x.Name}.type_as(torch.zeros([1], dtype: {Code(type)}))"), x, type);
    }

    /// <summary>Back to what layers take.</summary>
    private Variable? Back(Variable x) => x.Type == "float32" ? null
        : Let(Pick($"{x.Name}.to(float32)", $"{x.Name}.@float()"), x, "float32");

    /// <summary>An operation of two tensors of unlike types.</summary>
    private Variable? Mixed(Variable x)
    {
        var others = live.Where(v => v.Dims.SequenceEqual(x.Dims)).OrderBy(v => v.Type == x.Type).ThenBy(_ => random.Next()).ToArray();
        var y = others[0];
        var type = Common(x, y);
        var isWhole = !IsFloat(type) && type != "complex64";
        return random.Next(8) switch
        {
            0 when (x.Type != "bool" && y.Type != "bool") || Slips() => Let($"{x.Name} - {y.Name}", x, type),
            1 => Let($"{x.Name} / {y.Name}", x, isWhole ? "float32" : type),
            2 when type != "complex64" => Let(Pick($"torch.maximum({x.Name}, {y.Name})", $"torch.minimum({x.Name}, {y.Name})"), x, type),
            3 when isWhole || Slips() => Let($"{x.Name} {Pick("&", "|", "^")} {y.Name}", x, type),
            4 => Let(Pick($"{x.Name}.add({y.Name})", $"torch.mul({x.Name}, {y.Name})"), x, type),
            5 => Let($"{x.Name}.{Pick("eq", "ne")}({y.Name})", x, "bool"),
            6 => Let($"torch.atan2({x.Name}.to(float32), {y.Name}.to(float32))", x, "float32"),
            _ => Let($"{x.Name} {Pick("+", "*")} {y.Name}", x, type),
        };
    }

    /// <summary>A number or a constant tensor beside it.</summary>
    private Variable? Constant(Variable x)
    {
        var (text, type, isScalar) = Pick(
            ("0.5", "float32", true), ("2", "uint8", true), ("3L", "uint8", true), ("0.5f", "float32", true),
            ("torch.tensor(0.5)", "float64", true), ("torch.tensor(2)", "int32", true), ("torch.tensor(2L)", "int64", true),
            ("torch.tensor(0.5f)", "float32", true), ("torch.tensor(true)", "bool", true),
            (Row(x, "1.5"), "float64", false), (Row(x, "1.5f"), "float32", false), (Row(x, "1"), "int32", false),
            (Row(x, "1L"), "int64", false), (Row(x, "true"), "bool", false));
        if (text.Length == 0)
        {
            return null;
        }

        var isTensor = text.StartsWith("torch", StringComparison.Ordinal);
        var common = !isScalar || x.Rank == 0 ? Common(x.Type, type) : Array.IndexOf(Order, type) >= 6 && !IsFloat(x.Type)
            && x.Type != "complex64" ? (text == "torch.tensor(0.5)" ? "float64" : "float32")
            : x.Type == "bool" ? (isTensor ? type : "int64") : x.Type;
        return random.Next(6) switch
        {
            0 when common != "complex64" => Let($"{x.Name} {Pick(">", "<=", "==", "!=")} {text}", x, "bool"),
            1 when (x.Type != "bool" && type != "bool") || Slips() => Let($"{x.Name} - {text}", x, common),
            2 when (x.Type != "bool" && type != "bool") || Slips() => Let($"{text} - {x.Name}", x, common),
            3 => Let($"{x.Name} / {text}", x, IsFloat(common) || common == "complex64" ? common : "float32"),
            4 => Let($"{text} * {x.Name}", x, common),
            _ => Let($"{x.Name} {Pick("+", "*")} {text}", x, common),
        };
    }

    /// <summary>A tensor of an array that goes with the last dimension; empty where that is not known.</summary>
    private static string Row(Variable x, string item) => x.Rank == 0 || !x.Dims[^1].IsNumber || x.Dims[^1].Value > 12 ? ""
        : $"torch.tensor(new[] {{ {string.Join(", ", Enumerable.Repeat(item, (int)x.Dims[^1].Value))} }})";

    private Variable? Compare(Variable x) => x.Type == "complex64" && !Slips() ? null : Let(
        Pick($"{x.Name} > 0", $"{x.Name} == 0", $"{x.Name}.ne(0)", $"{x.Name}.isnan()", $"{x.Name}.logical_not()", $"{x.Name} >= 0.5",
            $"{x.Name}.eq({x.Name})", $"({x.Name} > 0) & ({x.Name} < 3)", $"torch.isfinite({x.Name})"), x, "bool");

    /// <summary>A choice by a mask, or a fill.</summary>
    private Variable? Where(Variable x)
    {
        var mask = live.Where(v => v.Type == "bool" && v.Dims.SequenceEqual(x.Dims)).OrderBy(_ => random.Next()).FirstOrDefault()?.Name
            ?? (Slips() ? x.Name : $"({x.Name} != 0)");
        var y = live.Where(v => v.Dims.SequenceEqual(x.Dims)).OrderBy(v => v.Type == x.Type).ThenBy(_ => random.Next()).First();
        return random.Next(5) switch
        {
            0 => Let($"torch.where({mask}, {x.Name}, {y.Name})", x, Common(x, y)),
            1 => Let($"{x.Name}.where({mask}, torch.zeros_like({x.Name}))", x, x.Type),
            2 => Let($"{x.Name}.masked_fill({mask}, {Pick("0", "1", "0.5")})", x, x.Type),
            3 when x.Rank > 0 => Let($"torch.where({mask}, {x.Name}, torch.tensor({Pick("0.5", "1", "2L", "0.5f")}))", x, x.Type),
            _ => Let($"{x.Name} * {mask}", x, x.Type),
        };
    }

    /// <summary>Written into a copy.</summary>
    private Variable? InPlace(Variable x)
    {
        var y = live.Where(v => v.Dims.SequenceEqual(x.Dims)).OrderBy(v => v.Type == x.Type).ThenBy(_ => random.Next()).First();
        if (Array.IndexOf(Order, Common(x, y)) is var common
            && (IsFloat(Order[common]) != IsFloat(x.Type) || Order[common] == "complex64" || x.Type == "bool") && !Slips())
        {
            y = x;
        }

        if (Let(Pick($"{x.Name}.clone()", $"torch.zeros_like({x.Name})"), x.Dims, KindOf(x.Type), type: x.Type) is not { } z)
        {
            return null;
        }

        var isFloat = IsFloat(x.Type);
        var number = Pick("1", "2", isFloat || Slips() ? "0.5" : "3");
        statements.Add(random.Next(9) switch
        {
            0 => $"{z.Name}.add_({y.Name});",
            1 => $"{z.Name}.mul_({y.Name});",
            2 when isFloat || Slips() => $"{z.Name}.div_({y.Name});",
            3 => $"{z.Name}.copy_({live.Where(v => v.Dims.SequenceEqual(x.Dims)).OrderBy(_ => random.Next()).First().Name});",
            4 => $"{z.Name}.fill_({number});",
            5 => $"{z.Name}.masked_fill_({(Slips() ? x.Name : $"{x.Name} == 0")}, {number});",
            6 when isFloat || Slips() => $"{z.Name}.{Pick("sqrt_", "tanh_", "exp_")}();",
            7 => $"{z.Name} += {y.Name};",
            _ => x.Type == "bool" ? $"{z.Name}.zero_();" : $"{z.Name}.add_({number});",
        });
        return z;
    }

    /// <summary>A reduction of what may be integers or truths.</summary>
    private Variable? Whole(Variable x)
    {
        if (x.Rank == 0 || (x.Type == "complex64" && !Slips()))
        {
            return null;
        }

        var i = random.Next(x.Rank);
        var (dim, dims, sum) = (Dim(i, x.Rank), With(x.Dims, i), IsFloat(x.Type) ? x.Type : "int64");
        var (text, type) = random.Next(9) switch
        {
            0 => ($"{x.Name}.sum({dim}L)", sum),
            1 => ($"{x.Name}.prod({dim}L)", sum),
            2 => ($"{x.Name}.sum({dim}L, type: float32)", "float32"),
            3 => ($"{x.Name}.amax([{dim}L])", x.Type),
            4 => ($"{x.Name}.max({dim}).values", x.Type),
            5 => ($"({x.Name} != 0).{Pick("any", "all")}({dim})", "bool"),
            6 => ($"{x.Name}.max({dim}).indexes", "int64"),
            7 => ($"{x.Name}.cumsum({dim}).select({dim}, 0)", sum),
            _ => ($"{x.Name}.argmax({dim})", "int64"),
        };
        return x.Type == "bool" && text.Contains("argmax", StringComparison.Ordinal) && !Slips() ? null
            : Let(text, dims, KindOf(type), type: type);
    }

    /// <summary>A mean, a deviation: of what is floating.</summary>
    private Variable? Share(Variable x) => x.Rank == 0 || (!IsFloat(x.Type) && !Slips() && x.Type != "complex64") ? null
        : random.Next(2) == 0 || x.Type == "complex64" ? Let($"{x.Name}.mean([{Dim(0, x.Rank)}])", x.Dims[1..], x.Kind, type: x.Type)
        : Let($"{x.Name}.std({Dim(0, x.Rank)}, unbiased: false)", x.Dims[1..], x.Kind, type: x.Type);

    /// <summary>Tensors of unlike types one after the other, or one on the other.</summary>
    private Variable? Unlike(Variable x)
    {
        if (x.Rank == 0)
        {
            return null;
        }

        var i = random.Next(x.Rank);
        var y = live.Where(v => v.Dims.SequenceEqual(x.Dims)).OrderBy(v => v.Type == x.Type).ThenBy(_ => random.Next()).First();
        var type = Common(x, y);
        return random.Next(3) switch
        {
            0 => Let($"torch.stack([{x.Name}, {y.Name}], dim: {Dim(i, x.Rank)})", [.. x.Dims[..i], 2, .. x.Dims[i..]], KindOf(type),
                type: type),
            1 => Let($"torch.cat([{x.Name}, torch.zeros_like({x.Name}, dtype: {Code(y.Type)})], {i})", With(x.Dims, i, x.Dims[i] * 2),
                KindOf(type), type: type),
            _ => Let($"torch.cat([{x.Name}, {y.Name}], dim: {Dim(i, x.Rank)})", With(x.Dims, i, x.Dims[i] * 2), KindOf(type), type: type),
        };
    }

    /// <summary>Tensors of indexes.</summary>
    private Variable? Indexed(Variable x)
    {
        // An index needs something to point to.
        if (x.Rank == 0 || !x.Dims.All(d => d.Text.All(char.IsLetterOrDigit)))
        {
            return null;
        }

        // The first dimension is the one of [] too.
        var i = random.Next(x.Rank);
        var n = x.Dims[i].IsNumber && x.Dims[0].IsNumber ? random.Next(1, (int)Math.Min(x.Dims[i].Value, x.Dims[0].Value) + 1) : 1;
        var type = Slips() ? Pick("float32", "int16", "bool") : Pick("int64", "int32");
        var index = Pick($"torch.arange({n}, dtype: {Code(type)})", $"torch.zeros([{n}], dtype: {Code(type)})",
            type == "int64" ? $"torch.arange({n})" : $"torch.zeros([{n}]).to({Code(type)})",
            type == "int32" ? $"torch.tensor(new[] {{ {string.Join(", ", Enumerable.Repeat("0", n))} }})"
                : $"torch.ones([{n}], dtype: {Code(type)}).logical_not().to({Code(type)})");
        return random.Next(7) switch
        {
            0 => Let($"{x.Name}.index_select({Dim(i, x.Rank)}, {index})", With(x.Dims, i, n), x.Kind, type: x.Type),
            1 => Let($"{x.Name}[{index}]", With(x.Dims, 0, n), x.Kind, type: x.Type),
            2 => Let($"{x.Name}.gather({Dim(i, x.Rank)}, torch.zeros_like({x.Name}, dtype: {Code(type)}))", x.Dims, x.Kind, type: x.Type),
            3 => Let($"{x.Name}[{x.Name} != 0].sum()", [], KindOf(IsFloat(x.Type) || x.Type == "complex64" ? x.Type : "int64"),
                type: IsFloat(x.Type) || x.Type == "complex64" ? x.Type : "int64"),
            4 => Let($"torch.zeros_like({x.Name}).scatter({Dim(i, x.Rank)}, torch.zeros_like({x.Name}, dtype: {Code(type)}), {x.Name})",
                x.Dims,
                x.Kind, type: x.Type),
            5 => Let($"torch.zeros_like({x.Name}).index_add({Dim(i, x.Rank)}, torch.zeros([{n}], dtype: int64), "
                + $"{x.Name}.narrow({i}, 0, {n}), 1)",
                x.Dims, KindOf(x.Type), type: x.Type),
            _ => Let($"{x.Name}.masked_select({(Slips() ? x.Name : $"{x.Name} == 0")}).sum()", [],
                KindOf(IsFloat(x.Type) || x.Type == "complex64" ? x.Type : "int64"),
                type: IsFloat(x.Type) || x.Type == "complex64" ? x.Type : "int64"),
        };
    }

    /// <summary>Numbers of classes.</summary>
    private Variable? Tokens(Variable x) => x.Type == "complex64" ? null
        : Pick("int64", "int32") is var type && random.Next(3) == 0 && x.Rank > 1 && x.Type != "bool"
            ? Let($"{x.Name}.argmax({Dim(0, x.Rank)}).clamp(0, 3)", x.Dims[1..], Element.Index, type: "int64")
            : Let($"{x.Name}.to({Code(type)}).clamp(0, 3)", x.Dims, Element.Index, type: type);

    /// <summary>A loss.</summary>
    private Variable? Lossy(Variable x)
    {
        var y = live.Where(v => v.Dims.SequenceEqual(x.Dims)).OrderBy(v => v.Type == x.Type).ThenBy(_ => random.Next()).First();
        return !IsFloat(x.Type) && !Slips() ? null : random.Next(4) switch
        {
            0 when x.Rank == 2 => Let(
                $"functional.cross_entropy({x.Name}, torch.zeros([{Size(x, 0)}], dtype: {Pick("int64", "int64", "int64",
                "int64", "int64", "int64", "int64", "int64", "int32")}))", [], type: x.Type),
            1 when y.Type == x.Type || Slips() => Let($"functional.binary_cross_entropy_with_logits({x.Name}, {y.Name})", [],
                type: Common(x, y)),
            2 when IsFloat(y.Type) => Let($"functional.l1_loss({x.Name}, {y.Name})", [], type: Common(x, y)),
            _ => IsFloat(y.Type) || Slips() ? Let($"functional.mse_loss({x.Name}, {y.Name})", [], type: Common(x, y)) : null,
        };
    }

    /// <summary>Constants of types that C# or an argument tells.</summary>
    private Variable? Made(Variable x)
    {
        if (x.Rank == 0)
        {
            return null;
        }

        var i = random.Next(x.Rank);
        var type = Pick(Types);
        var (text, own) = random.Next(9) switch
        {
            0 => ($"torch.full([{Size(x, i)}], 2)", "float32"),
            1 => ($"torch.full([{Size(x, i)}], 2L, dtype: {Code(type)})", type),
            2 => ($"torch.full([{Size(x, i)}], true)", "float32"),
            3 => ($"torch.arange({Size(x, i)})", "int64"),
            4 => ($"torch.arange(0.0, {x.Dims[i].Value})", "float32"),
            5 => ($"torch.ones([{Size(x, i)}], dtype: {Code(type)})", type),
            6 => ($"torch.zeros_like({x.Name}, dtype: {Code(type)}).select(0, 0)", type),
            7 => ($"torch.tensor(new[] {{ 1, 2, 3 }}).to({Code(type)})", type),
            _ => ($"torch.linspace(0, 1, {x.Dims[i].Value})", "float32"),
        };
        Extent[] dims = text.Contains("_like", StringComparison.Ordinal) ? x.Dims[1..]
            : text.Contains("new[]", StringComparison.Ordinal) ? [3]
            : text.Contains("arange(0.0", StringComparison.Ordinal) || text.Contains("linspace", StringComparison.Ordinal)
                ? [x.Dims[i].Value] : [x.Dims[i]];
        return Let(text, dims, KindOf(own), type: own);
    }
}
