import { DARK, LIGHT, type Palette } from "./palette.ts";

/** The only style of the page: inline, because the page asks for nothing. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;${variables(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${variables(DARK)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
main,header,footer{max-width:1080px;margin:0 auto;padding:0 24px}
header{padding-top:40px}
h1{font-size:15px;font-weight:500;color:var(--quiet);margin:0 0 8px;overflow-wrap:anywhere}
h2{font-size:22px;line-height:1.25;margin:56px 0 12px}
h3{font-size:19px;line-height:1.3;margin:0 0 12px}
h4{font-size:15px;margin:0 0 2px}
p{margin:0 0 12px;max-width:72ch}
.answer{font-size:27px;line-height:1.3;font-weight:600;letter-spacing:-.01em;margin:0 0 24px;max-width:40em;text-wrap:pretty}
.quiet,figcaption,caption{color:var(--quiet)}
.sentence{font-size:18px;line-height:1.5}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:0;padding:0}
.tiles>div{background:var(--panel);border-radius:10px;padding:14px 18px}
.tiles dt{font-size:14px;color:var(--quiet)}
.tiles dd{margin:0;font-size:clamp(19px,2.2vw,24px);font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.tiles small{display:block;font-size:13px;font-weight:400;color:var(--quiet);line-height:1.4}
.incident{border:1px solid var(--line);border-radius:14px;padding:24px;margin:0 0 28px}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:0 0 20px}
.facts dt{color:var(--quiet)}
.facts dd{margin:0;overflow-wrap:anywhere}
.ranges{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:4px 20px}
.pictures{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:28px 32px}
figure{margin:0;min-width:0}
.tables{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,3fr);gap:8px 40px;margin-top:28px;align-items:start}
figure.wide{grid-column:1/-1}
figcaption{font-size:14px;line-height:1.45;margin:0 0 8px;max-width:72ch}
.scroll{overflow-x:auto}
svg{display:block;width:100%;height:auto;overflow:visible}
.wide svg{min-width:720px}
svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--text);font-variant-numeric:tabular-nums}
svg text.q{fill:var(--quiet)}
svg text.halo{paint-order:stroke;stroke:var(--page);stroke-width:4px;stroke-linejoin:round}
svg .axis{stroke:var(--quiet);stroke-width:1;fill:none}
svg .grid{stroke:var(--line);stroke-width:1;fill:none}
svg .lane{fill:var(--panel)}
svg .range{fill:var(--line);opacity:.55}
${(["leaked", "stopped", "converted", "verified", "usual"] as const)
  .map(
    (mark) =>
      `svg .${mark}{fill:var(--${mark})}svg .s-${mark}{stroke:var(--${mark});fill:none}svg .o-${mark}{stroke:var(--${mark});fill:var(--page)}`,
  )
  .join("\n")}
svg .s-text{stroke:var(--text);fill:none}
svg .dash{stroke-dasharray:4 3}
details{margin:8px 0 0;font-size:14px}
summary{cursor:pointer;color:var(--quiet);width:max-content;max-width:100%}
summary:focus-visible{outline:2px solid var(--stopped);outline-offset:2px}
.table{overflow-x:auto;margin:0 0 12px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;width:100%;font-size:15px}
caption{text-align:left;font-size:14px;padding:0 0 6px}
th,td{text-align:left;padding:6px 16px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}
th:last-child,td:last-child{padding-right:0}
th{font-weight:400}
thead th{font-size:13px;color:var(--quiet);font-weight:500;vertical-align:bottom}
.n{text-align:right;white-space:nowrap}
details table{font-size:14px;width:auto}
code,kbd{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.number{font-variant-numeric:tabular-nums;white-space:nowrap}
.steps{padding:0;margin:0;list-style:none}
.steps li{margin:0 0 12px}
.steps code{display:inline-block;background:var(--panel);border-radius:6px;padding:3px 9px}
ul.notes{margin:0;padding-left:20px;max-width:75ch}
ul.notes li{margin:0 0 8px}
footer{margin-top:56px;padding-bottom:48px;font-size:14px;color:var(--quiet)}
@media screen and (max-width:760px){
main,header,footer{padding-left:16px;padding-right:16px}
header{padding-top:24px}
.answer{font-size:22px}
.incident{padding:16px}
.pictures,.tables{grid-template-columns:minmax(0,1fr)}
.tiles{gap:8px}
.tiles>div{padding:10px 12px}
.facts{grid-template-columns:1fr;gap:0}
.facts dd{margin:0 0 8px}
th,td{padding-right:12px}
}
@media print{
@page{size:A4;margin:14mm}
:root{color-scheme:light;${variables(LIGHT)}}
body{font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main,header,footer{max-width:none;padding:0}
header{padding-top:0}
.answer{font-size:17pt}
h2{margin-top:24pt;break-after:avoid}
h3,h4,figcaption,caption{break-after:avoid}
.incident{border:0;border-top:1px solid var(--line);border-radius:0;padding:14pt 0 0}
figure,tr,.tiles,.facts{break-inside:avoid}
.tables{margin-top:14pt}
.tiles{gap:8px}
.tiles>div{padding:8px 12px}
.tiles dd{font-size:15pt}
.scroll,.table{overflow:visible}
.wide svg{min-width:0}
details:not([open]){display:none}
}
`;

function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(";");
}
