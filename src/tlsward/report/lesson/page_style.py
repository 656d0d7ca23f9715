"""The style sheet of the page of lessons and of the pictures in it."""

STYLE = """
:root { color-scheme: light dark; --back: #fbfaf7; --text: #1d2127; --soft: #5b6470;
  --line: #d9d6cd; --card: #ffffff; --good: #14703a; --warn: #9a5b00; --bad: #b3202c;
  --accent: #2f5fb3; --tint-good: #e3f4e8; --tint-warn: #fdf1d8; --note: #e9effa;
  --bar: #b9c0c9; --common: #f3cf4a; --left: #d9534a; --right: #3f7fd0; --mixed-left: #e8923f;
  --mixed-right: #6aa84f; --mixed-all: #7d5a3c }
@media screen and (prefers-color-scheme: dark) { :root { --back: #10141a; --text: #e7ebf0;
  --soft: #9aa5b1;
  --line: #333b45; --card: #181e26; --good: #5fd38a; --warn: #e9b44c; --bad: #ff7f7a;
  --accent: #7fb0ff; --tint-good: #12291b; --tint-warn: #2e2510; --note: #16233a;
  --bar: #56606c } }
* { box-sizing: border-box }
body { background: var(--back); color: var(--text); margin: 0 auto; max-width: 52rem;
  padding: 2rem 1.25rem 6rem; font: 17px/1.6 Charter, "Bitstream Charter", "Iowan Old Style",
  Georgia, "DejaVu Serif", serif }
h1, h2, h3, nav, .number, table, code, svg { font-family: system-ui, -apple-system, "Segoe UI",
  "DejaVu Sans", sans-serif }
h1 { font-size: 2.5rem; line-height: 1.15; margin: 1.5rem 0 .5rem; letter-spacing: -.02em }
h2 { font-size: 1.9rem; line-height: 1.2; margin: .1rem 0 .6rem; letter-spacing: -.01em }
h3 { font-size: 1.08rem; line-height: 1.35; margin: 0 0 .3rem }
p, h1, h2, h3 { overflow-wrap: anywhere }
p { margin: .3rem 0 .8rem } .lead { font-size: 1.15rem; color: var(--soft) }
.soft { color: var(--soft) } .good { color: var(--good) } .warn { color: var(--warn) }
.bad { color: var(--bad) }
nav ol { columns: 2; gap: 2rem; padding-left: 1.4rem; margin: 1.2rem 0 0 }
nav li { margin: .15rem 0 } a { color: var(--accent) }
@media (max-width: 36rem) { nav ol { columns: 1 } }
section { border-top: 3px solid var(--text); margin-top: 4.5rem; padding-top: 1.1rem }
.number { color: var(--accent); font-weight: 600; margin: 0; font-size: .95rem }
.step { border-left: 3px solid var(--line); padding: .1rem 0 .1rem 1.2rem; margin: 1.9rem 0 }
.short { background: var(--note); border-radius: .6rem; padding: 1rem 1.2rem .4rem;
  margin: 2.2rem 0 1rem }
.wide { overflow-x: auto; margin: .6rem 0 1rem }
table { border-collapse: collapse; font-size: .88rem; line-height: 1.45 }
th, td { border-bottom: 1px solid var(--line); padding: .32rem 1.1rem .32rem 0; text-align: left;
  vertical-align: top }
th { color: var(--soft); font-weight: 600; white-space: nowrap }
code, pre, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono",
  monospace; font-variant-numeric: tabular-nums }
.values .mono { overflow-wrap: anywhere } .aside { color: var(--soft); margin-left: 1.2rem }
td { font-variant-numeric: tabular-nums }
pre { background: var(--tint-warn); border-radius: .5rem; padding: .8rem 1rem; overflow-x: auto;
  font-size: .85rem; line-height: 1.5 }
figure { margin: 1.1rem 0 1.3rem }
svg.picture { display: block; width: 100%; height: auto; font-size: 14px }
.picture text { fill: var(--text) } .picture .middle { text-anchor: middle }
.picture .soft { fill: var(--soft) } .picture .good { fill: var(--good) }
.picture .warn { fill: var(--warn) } .picture .bad { fill: var(--bad) }
.picture .key { fill: var(--accent) }
.picture .name { font-weight: 600; font-size: 15px } .picture .small { font-size: 12.5px }
.picture .tiny { font-size: 11px } .picture .mono { font-size: 13.5px }
.picture .letter { font-size: 18px; font-weight: 600 }
.picture .huge { font-size: 44px; font-weight: 700 }
.picture .sign { font-size: 24px; fill: var(--soft) }
.picture .card { fill: var(--card); stroke: var(--line); stroke-width: 1.2 }
.picture .edge-good { stroke: var(--good); stroke-width: 2 }
.picture .edge-warn { stroke: var(--warn); stroke-width: 2 }
.picture .edge-bad { stroke: var(--bad); stroke-width: 2 }
.picture .tint-good { fill: var(--tint-good) } .picture .tint-warn { fill: var(--tint-warn);
  stroke: var(--line) }
.picture .note { fill: var(--note) }
.picture .fill-soft { fill: var(--bar) } .picture .fill-warn { fill: var(--mixed-left) }
.picture .hair { stroke: var(--line); stroke-width: 1 }
.picture .rail { stroke: var(--soft); stroke-width: 2 }
.picture .stroke { stroke-width: 2.2; fill: none } .picture .thick { stroke-width: 3.6 }
.picture .stroke.plain { stroke: var(--soft) } .picture .head.plain { fill: var(--soft) }
.picture .stroke.good { stroke: var(--good) } .picture .stroke.warn { stroke: var(--warn) }
.picture .stroke.bad { stroke: var(--bad) }
.picture .paint { stroke: var(--line); stroke-width: 1.5 }
.picture .paint-common { fill: var(--common) } .picture .paint-left { fill: var(--left) }
.picture .paint-right { fill: var(--right) } .picture .mixed-left { fill: var(--mixed-left) }
.picture .mixed-right { fill: var(--mixed-right) } .picture .mixed-all { fill: var(--mixed-all) }
@media screen and (max-width: 40rem) { figure { overflow-x: auto }
  svg.picture { min-width: 37rem } }
@media print { :root { color-scheme: light } body { padding: 0 } section { break-before: page }
  h2, h3 { break-after: avoid } figure, tr, pre, .short { break-inside: avoid } }
"""
