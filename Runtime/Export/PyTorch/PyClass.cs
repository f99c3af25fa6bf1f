using System.Globalization;

namespace Gen.Export.PyTorch;

/// <summary>A class for several modules: what differs between them are the parameters of its constructor.</summary>
internal static class PyClass
{
    public static string Write(string name, IReadOnlyList<PyProgram.Instance> instances)
    {
        var (init, forward) = (instances[0].Init, instances[0].Forward);
        var values = instances.Select(static i => PyText.Values(i.Init).Concat(PyText.Values(i.Forward)).ToArray()).ToArray();
        var inInit = PyText.Values(init).Count;
        var parameters = new List<(string Name, string[] Values)>();
        var kept = new List<string>();
        var taken = instances[0].Items.Concat(["forward", "training", "self"]).ToHashSet(StringComparer.Ordinal);
        var texts = new string[values[0].Length];
        foreach (var isComment in new[] { false, true })
        {
            for (var i = 0; i < texts.Length; i++)
            {
                if (values[0][i].IsComment != isComment)
                {
                    continue;
                }

                var own = values.Select(v => v[i].Value).ToArray();
                if (own.All(v => v == own[0]))
                {
                    texts[i] = own[0];
                    continue;
                }

                var known = parameters.FirstOrDefault(p => p.Values.SequenceEqual(own)).Name;
                if (isComment)
                {
                    texts[i] = known ?? "_";
                    continue;
                }

                if (known is null)
                {
                    known = Free(PyText.Snake(values[0][i].Hint));
                    parameters.Add((known, own));
                }

                if (i >= inInit && !kept.Contains(known))
                {
                    kept.Add(known);
                }

                texts[i] = i >= inInit ? $"self.{known}" : known;
            }
        }

        for (var n = 0; n < instances.Count; n++)
        {
            var arguments = parameters.Select(p => $"{p.Name}={PyText.Slot(p.Name, p.Values[n])}");
            instances[n].Expression = $"{name}({string.Join(", ", arguments)})";
        }

        var attributes = string.Concat(kept.Select(static k => $"        self.{k} = {k}\n"));
        var body = PyText.Fill(init, i => texts[i]);
        var hasInit = body.Length > 0 || attributes.Length > 0;
        var given = string.Join(", ", ["self", .. parameters.Select(p => p.Name)]);
        return $"class {name}(nn.Module):\n"
            + (hasInit ? $"    def __init__({given}):\n        super().__init__()\n{attributes}{body}\n" : "")
            + PyText.Fill(forward, i => texts[inInit + i]);

        string Free(string wish)
        {
            var result = wish;
            for (var i = 2; !taken.Add(result); i++)
            {
                result = wish + i.ToString(CultureInfo.InvariantCulture);
            }

            return result;
        }
    }
}
