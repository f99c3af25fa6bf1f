namespace Gen.Summaries;

/// <summary>The style of the page: readable on a light and on a dark ground, on paper and on a small screen.</summary>
internal static class Style
{
    /// <summary>A line that ends with <c>\</c> goes on in the next.</summary>
    public static readonly string Text = """
        :root {
          color-scheme: light dark;
          --ground: #fbfbfa; --surface: #ffffff; --ink: #1c1e21; --soft: #5d636b; --line: #dcdfe3; --frame: #f2f3f5;
          --convolution: #2f6fb7; --linear: #7a4fb5; --sequence: #b0487c; --norm: #6b7785; --activation: #b56a12; --pooling: #24806b; \
                --other: #8a8f96;
          --edge: #7f8790; --skip: #c2513c; --bar: #4a86c5; --peak: #c2513c; --cost: #7a4fb5; --bytes: #24806b;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #15171a; --surface: #1d2024; --ink: #e8eaed; --soft: #9aa1aa; --line: #343940; --frame: #22262b;
            --convolution: #6aa6e8; --linear: #b495ea; --sequence: #e68ab5; --norm: #9aa7b5; --activation: #e2a24f; --pooling: #5fc3aa; \
                --other: #a5abb3;
            --edge: #7d8590; --skip: #f0836c; --bar: #6aa6e8; --peak: #f0836c; --cost: #b495ea; --bytes: #5fc3aa;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 2rem clamp(1rem, 3vw, 3rem) 4rem; max-width: 110rem; background: var(--ground); \
                color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
        h1 { margin: 0; font-size: 1.9rem; letter-spacing: -.01em; }
        h2 { margin: 0 0 .75rem; font-size: 1.05rem; }
        h3 { margin: 1.75rem 0 .5rem; font-size: .9rem; overflow-wrap: anywhere; }
        h3 span { color: var(--soft); font-weight: 400; }
        .signature { margin: .25rem 0 0; font: 1rem/1.5 ui-monospace, Menlo, Consolas, monospace; color: var(--soft); }
        .signature span { color: var(--ink); }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1px; margin: 1.5rem 0 2rem; \
                background: var(--line); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
        .tiles div { background: var(--surface); padding: .8rem 1rem; }
        dt { color: var(--soft); font-size: .8rem; }
        dd { margin: 0; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        dd.sub { font-size: .8rem; font-weight: 400; color: var(--soft); }
        main { display: flex; flex-wrap: wrap; gap: 2rem 3rem; align-items: flex-start; }
        .drawings { flex: 0 1 auto; max-width: 100%; min-width: 0; }
        .side { flex: 1 1 36rem; min-width: 0; }
        .side section + section { margin-top: 2.5rem; }
        .scroll { overflow-x: auto; }
        .hint { color: var(--soft); font-size: .85rem; max-width: 48rem; }
        .legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0 0 .5rem; color: var(--soft); font-size: .8rem; }
        .key::before { content: ""; display: inline-block; width: .7em; height: .7em; margin-right: .4em; border-radius: 3px; \
                background: var(--hue); }
        .convolution { --hue: var(--convolution); } .linear { --hue: var(--linear); } .sequence { --hue: var(--sequence); } \
                .norm { --hue: var(--norm); }
        .activation { --hue: var(--activation); } .pooling { --hue: var(--pooling); } .other { --hue: var(--other); } \
                .module { --hue: var(--ink); }
        svg { display: block; max-width: none; }
        svg.memory { width: 100%; max-width: 60rem; height: auto; }
        svg text { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--soft); text-anchor: middle; }
        svg text.name { font-size: 12px; font-weight: 600; fill: var(--ink); }
        svg text.shape { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 10px; }
        svg text.label, svg text.from { text-anchor: start; } svg text.to, svg text.tick { text-anchor: end; }
        svg text.label { paint-order: stroke; stroke: var(--frame); stroke-width: 5px; stroke-linejoin: round; }
        svg text.note { fill: var(--ink); font-weight: 600; font-size: 12px; }
        .graph rect { fill: var(--surface); stroke: var(--line); }
        .graph .layer rect, .graph .module rect { fill: color-mix(in srgb, var(--hue) 9%, var(--surface)); stroke: var(--hue); }
        .graph .module rect { stroke-width: 1.5; stroke-dasharray: none; }
        .graph .operation rect { stroke: var(--edge); stroke-dasharray: 3 2; }
        .graph .end rect { fill: var(--ink); stroke: none; }
        .graph .end text, .graph .end text.name { fill: var(--ground); }
        .graph rect.frame { fill: var(--frame); fill-opacity: .7; stroke: var(--line); }
        .edge { fill: none; stroke: var(--edge); stroke-width: 1.4; }
        .edge.skip { stroke: var(--skip); stroke-width: 1.8; }
        .head { fill: var(--edge); } .edge.skip + .head { fill: var(--skip); }
        .grid { stroke: var(--line); } .bar { fill: var(--bar); } .bar.peak { fill: var(--peak); }
        table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums; }
        th { text-align: left; font-weight: 500; color: var(--soft); border-bottom: 1px solid var(--line); padding: .3rem .5rem; \
                white-space: nowrap; }
        td { border-bottom: 1px solid color-mix(in srgb, var(--line) 60%, transparent); padding: .3rem .5rem; vertical-align: top; }
        th:nth-child(n+3), td.figure { text-align: right; width: 14%; min-width: 6rem; }
        td b { font-weight: 600; } td small { display: block; color: var(--soft); } td em { font-style: normal; font-size: .75rem; \
                color: var(--skip); margin-left: .35rem; }
        td.dims { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .78rem; white-space: nowrap; color: var(--soft); }
        tr.group td { background: var(--frame); }
        td i { display: block; height: 5px; margin: .2rem 0 .1rem auto; border-radius: 2px; }
        i.parameters { background: var(--bar); } i.cost { background: var(--cost); } i.bytes { background: var(--bytes); }
        @media print { body { background: #fff; } .scroll { overflow: visible; } }

        """.Replace("\\\n        ", "", StringComparison.Ordinal);
}
