using System.Globalization;
using System.Text;

namespace Gen.Summaries;

/// <summary>The memory over time as an SVG: a bar for each step, in the order in which they run.</summary>
internal static class MemoryChart
{
    private const double Width = 760;
    private const double Height = 220;
    private const double Left = 64;
    private const double Right = 12;
    private const double Top = 34;
    private const double Bottom = 26;

    public static string Of(IReadOnlyList<MemoryMoment> memory)
    {
        var most = Math.Max(1, memory.Max(m => m.Bytes));
        var peak = memory.Select((m, i) => (m, i)).First(p => p.m.Bytes == memory.Max(m => m.Bytes)).i;
        var unit = Step(most);
        var scale = Height / (Math.Ceiling(most / unit) * unit);
        var text = new StringBuilder();
        for (var level = 0.0; level <= Math.Ceiling(most / unit) * unit + (unit / 2); level += unit)
        {
            var y = Top + Height - (level * scale);
            text.Append(CultureInfo.InvariantCulture,
                $"<line class=\"grid\" x1=\"{Left:0}\" y1=\"{y:0.#}\" x2=\"{Width - Right:0}\" y2=\"{y:0.#}\"/><text class=\"tick\" "
                + $"x=\"{Left - 8:0}\" y=\"{y + 4:0.#}\">{Figures.Bytes((long)level)}</text>\n");
        }

        var slot = (Width - Left - Right) / memory.Count;
        var gap = slot > 6 ? 2 : slot > 3 ? 1 : 0;
        for (var i = 0; i < memory.Count; i++)
        {
            var (x, height) = (Left + (i * slot), memory[i].Bytes * scale);
            text.Append(CultureInfo.InvariantCulture,
                $"<rect class=\"{(i == peak ? "bar peak" : "bar")}\" x=\"{x + (gap / 2.0):0.##}\" y=\"{Top + Height - height:0.##}\" "
                + $"width=\"{Math.Max(0.5, Math.Min(slot - gap, 48)):0.##}\" "
                + $"height=\"{height:0.##}\"><title>{Markup.Escape(memory[i].Step)}: {Figures.Number(memory[i].Bytes)} "
                + $"bytes</title></rect>\n");
        }

        var at = Left + (peak * slot) + (Math.Min(slot, 48) / 2);
        var anchor = at < Left + 150 ? "start" : at > Width - 150 ? "end" : "middle";
        text.Append(CultureInfo.InvariantCulture,
            $"<text class=\"note\" style=\"text-anchor:{anchor}\" x=\"{(anchor == "start" ? Left : at):0.#}\" "
            + $"y=\"{Top - 14:0.#}\">{Markup.Escape(memory[peak].Step)}: {Figures.Bytes(memory[peak].Bytes)}</text>\n");
        text.Append(CultureInfo.InvariantCulture,
            $"<text class=\"from\" x=\"{Left:0}\" y=\"{Top + Height + 18:0}\">{Markup.Escape(memory[0].Step)}</text><text class=\"to\" "
            + $"x=\"{Width - Right:0}\" y=\"{Top + Height + 18:0}\">{Markup.Escape(memory[^1].Step)}</text>\n");
        return string.Create(CultureInfo.InvariantCulture,
            $"<svg class=\"memory\" role=\"img\" aria-label=\"memory over time\" viewBox=\"0 0 {Width:0} "
            + $"{Top + Height + Bottom:0}\">\n{text}</svg>\n");
    }

    /// <summary>A round distance for about five lines.</summary>
    private static double Step(long most)
    {
        var raw = most / 5.0;
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(raw, 1))));
        return (raw / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }
}
