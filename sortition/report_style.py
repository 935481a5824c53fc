"""How the pages for people look: one sheet of CSS, from a telephone to a wall."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light; --ink: #1d2b2a; --soft: #4b5a59; --line: #cfd8d6; --paper: #fbfcfb; --tint: #e8f0ee;
  --deep: #1f5f5b; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.55;
  font: 1.0625rem/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 56rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .75rem; }
h2 { font-size: 1.375rem; margin: 3rem 0 .75rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
p, li { max-width: 42rem; }
.lead { font-size: 1.25rem; color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding: 0 0 .5rem; }
th, td { text-align: left; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { border-bottom: 2px solid var(--deep); }
tbody th { font-weight: 400; }
td.n, th.n { text-align: right; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem; margin: 1.5rem 0; }
.figures div { background: var(--tint); border-radius: .5rem; padding: 1rem 1.25rem; }
.figures dt { color: var(--soft); font-size: .9375rem; }
.figures dd { margin: .25rem 0 0; font-size: 1.625rem; font-weight: 600; }
svg { width: 100%; min-width: 34rem; height: auto; display: block; margin: 1rem 0; }
code { font: .9375em ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
tbody th { overflow-wrap: anywhere; min-width: 5rem; }
.feature th { font-weight: 600; padding-top: 1.25rem; border-bottom-color: var(--soft); }
td.n, th.n { white-space: nowrap; }
.ids { columns: 8rem; padding: 0; list-style: none; }
.ids li { break-inside: avoid; overflow-wrap: anywhere; }
.broken { border: 3px solid #a3341f; border-radius: .5rem; padding: 0 1.25rem; margin: 1.5rem 0; }
.broken h2 { border-top: 0; margin-top: 0; }
:focus-visible { outline: 3px solid var(--deep); outline-offset: 3px; }
@media (max-width: 34rem) { main { padding: 1.5rem 1rem 3rem; } .quotas { font-size: .8125rem; line-height: 1.4; }
  .quotas th, .quotas td { padding-right: .375rem; } .quotas tr > :last-child { padding-right: 0; }
  th.n { white-space: normal; } tbody th { hyphens: auto; } }
@media print { main, .wide { padding: 0; overflow: visible; } svg { min-width: 0; } h2 { break-after: avoid; }
  tr, .figures div { break-inside: avoid; } }
""".strip()
