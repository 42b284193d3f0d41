// How the report looks, light and dark. Every pair of text and ground has a contrast of at least 4.5 (checked by style.test.ts).

interface Palette {
  ground: string
  raised: string
  text: string
  muted: string
  rule: string
  link: string
  pass: string
  passGround: string
  fail: string
  failGround: string
  warn: string
  warnGround: string
  isr: string
  routine: string
  dpc: string
  read: string
  write: string
  stall: string
  foreign: string
  notify: string
  dma: string
  adapter: string
  srb: string
  wire: string
  high: string
  claimed: string
  unclaimed: string
  host: string
}

export const PALETTES: Readonly<Record<'light' | 'dark', Palette>> = {
  light: {
    ground: '#ffffff',
    raised: '#f5f7f9',
    text: '#1b1f24',
    muted: '#57606a',
    rule: '#d4dae0',
    link: '#0b57b0',
    pass: '#0f6b2f',
    passGround: '#e3f6e8',
    fail: '#a8071a',
    failGround: '#fdeaea',
    warn: '#7a4d00',
    warnGround: '#fdf3dc',
    isr: '#bcd7fb',
    routine: '#dfe5eb',
    dpc: '#e6dcf8',
    read: '#a9d3f5',
    write: '#fcd0a4',
    stall: '#f6bcc4',
    foreign: '#e7eaee',
    notify: '#6b2fb0',
    dma: '#006d63',
    adapter: '#8a4600',
    srb: '#3a4a5c',
    wire: '#1b1f24',
    high: '#d9e8d9',
    claimed: '#2f6fbd',
    unclaimed: '#b0bac4',
    host: '#8a8f2a',
  },
  dark: {
    ground: '#0e1217',
    raised: '#171d24',
    text: '#e6ebf1',
    muted: '#a3adb8',
    rule: '#303944',
    link: '#7cb7ff',
    pass: '#5fd58a',
    passGround: '#10301c',
    fail: '#ff9a9a',
    failGround: '#43151a',
    warn: '#f0c36a',
    warnGround: '#3a2c0c',
    isr: '#1f4a80',
    routine: '#333d48',
    dpc: '#46327a',
    read: '#1c5585',
    write: '#7a4616',
    stall: '#7d2633',
    foreign: '#29313a',
    notify: '#c59bff',
    dma: '#4fd1c1',
    adapter: '#f0ad62',
    srb: '#b4c3d4',
    wire: '#e6ebf1',
    high: '#1d3524',
    claimed: '#6aa9f7',
    unclaimed: '#5b6672',
    host: '#c7cc62',
  },
}

const variables = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';')

/** Colours by the scheme of whoever looks. */
const COLOURS = `:root{color-scheme:light;${variables(PALETTES.light)}}
@media (prefers-color-scheme:dark){:root{color-scheme:dark;${variables(PALETTES.dark)}}}`

const CHART_STYLE = `svg text{font:11px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:var(--text)}
svg .tick,svg .lane{fill:var(--muted)}
svg .lane{font-weight:600;stroke:var(--raised);stroke-width:3px;paint-order:stroke}
.grid{stroke:var(--rule);fill:none}
.grid.zero{stroke:var(--muted);stroke-dasharray:2 3}
.base{stroke:var(--muted)}
.wire{stroke:var(--wire);fill:none;stroke-width:1.6}
rect.high{fill:var(--high)}
rect.hit{fill:transparent}
.leader{stroke:var(--muted);fill:none;stroke-dasharray:1 2}
.phase rect{fill:var(--ground);stroke:var(--muted)}
.frame rect{fill:var(--foreign);stroke:var(--muted)}
.frame.own.routine rect{fill:var(--routine)}
.frame.own.isr rect{fill:var(--isr)}
.frame.own.dpc rect{fill:var(--dpc)}
.access>rect{stroke:var(--muted)}
.access.read>rect{fill:var(--read)}
.access.write>rect{fill:var(--write)}
.access:not(.own)>rect{fill-opacity:.5}
.access.stall>rect,.access.bad>rect{fill:var(--stall)}
.mark>path:not(.leader){stroke:none}
.mark.notify>path:not(.leader){fill:var(--notify)}
.mark.dma>path:not(.leader){fill:var(--dma)}
.mark.adapter>path:not(.leader){fill:var(--adapter)}
.mark.srb>path:not(.leader){fill:var(--srb)}
.mark.wrong>path:not(.leader),.mark.wrong>text{fill:var(--fail)}
.item.chosen>rect,.item.chosen>path:not(.leader){stroke:var(--text);stroke-width:2.5}
.item.chosen>text{font-weight:700}
.span rect{stroke:var(--muted);stroke-width:.6}
.span.queue rect,i.queue{fill:var(--ground);background:var(--ground)}
.span.start rect,i.start{fill:var(--routine);background:var(--routine)}
.span.work rect,i.work{fill:var(--write);background:var(--write)}
.span.wait rect,i.wait{fill:var(--stall);background:var(--stall)}
.span.isr rect,i.isr{fill:var(--isr);background:var(--isr)}
.span.dpc rect,i.dpc{fill:var(--dpc);background:var(--dpc)}
.span.dma path{stroke:var(--dma);stroke-width:2.5}
i.dma{background:var(--dma)}i.wrong{background:var(--fail)}
.slowest text{font-weight:700}
.bar.claimed rect,i.claimed{fill:var(--claimed);background:var(--claimed)}
.bar.unclaimed rect,i.unclaimed{fill:var(--unclaimed);background:var(--unclaimed)}
.bar.host rect,i.host{fill:var(--host);background:var(--host)}
.percentile path{fill:var(--text)}
.limit path{stroke-width:2;fill:none}
.limit.pass path{stroke:var(--pass)}
.limit.fail path{stroke:var(--fail)}
.limit.pass text{fill:var(--pass)}
.limit.fail text{fill:var(--fail)}
i.read{background:var(--read)}i.write{background:var(--write)}i.stall{background:var(--stall)}
.trend{stroke:var(--claimed);fill:none;stroke-width:2}
path.trend.p50{stroke-width:6}path.trend.p99{stroke-width:4}
.trend.max{stroke:var(--fail)}.trend.p99{stroke:var(--host)}
.dot{fill:var(--ground);stroke-width:2}`

/** For a drawing that stands in a file of its own. */
export const DRAWING_STYLE = `${COLOURS}\n${CHART_STYLE}`

export const STYLE = `
${COLOURS}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:76rem;padding:1rem 1rem 3rem;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
h1{font-size:1.35rem;margin:0;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2.2rem 0 .6rem;padding-bottom:.25rem;border-bottom:1px solid var(--rule)}
h3{font-size:1rem;margin:1.3rem 0 .3rem;overflow-wrap:anywhere}
p{margin:.4rem 0}
a{color:var(--link)}
a:focus-visible,button:focus-visible,select:focus-visible,summary:focus-visible,svg:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.88em}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--raised);border:1px solid var(--rule);border-radius:4px;padding:.5rem .7rem;margin:.4rem 0}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;background:var(--ground);padding:.3rem}
.muted{color:var(--muted)}
.verdict{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;border:1px solid;border-left-width:8px;border-radius:4px;padding:.7rem 1rem;margin:0 0 1rem}
.verdict.pass{color:var(--pass);background:var(--passGround)}
.verdict.fail,.verdict.no-data{color:var(--fail);background:var(--failGround)}
.verdict .word{font-weight:700;font-size:1.6rem;line-height:1.2}
.verdict h1,.verdict p{color:var(--text)}
.verdict div{min-width:0}
ul.reasons{margin:.2rem 0 0;padding-left:1.2rem;color:var(--text);flex-basis:100%;overflow-wrap:anywhere}
.tag{font-weight:600;white-space:nowrap}
.tag.pass,.tag.held{color:var(--pass)}
.tag.fail,.tag.violated,.tag.error,.tag.no-data{color:var(--fail)}
.tag.warning{color:var(--warn)}
.tag.not-exercised,.tag.not-applicable,.tag.note{color:var(--muted)}
.facts{display:flex;flex-wrap:wrap;gap:.3rem 1.6rem;margin:.5rem 0;padding:0;list-style:none}
.facts b{font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.28rem .6rem;border-bottom:1px solid var(--rule);vertical-align:top}
th{font-weight:600;color:var(--muted);white-space:nowrap}
.n{text-align:right;white-space:nowrap}
td p{margin:0}
td:first-child>code{white-space:nowrap}
td.wide{min-width:14rem;overflow-wrap:anywhere}
details{margin:.4rem 0}
summary{cursor:pointer}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;padding:0;margin:.6rem 0}
figure{margin:.6rem 0 1rem}
figcaption{margin-bottom:.3rem}
figure svg{display:block;width:100%;background:var(--raised);border:1px solid var(--rule);border-radius:4px;touch-action:pan-y;user-select:none;cursor:default}
figure svg.small{max-width:40rem}
.detail{min-height:3em;margin:.3rem 0;font-size:.93rem;overflow-wrap:anywhere}
.tools{display:flex;flex-wrap:wrap;gap:.35rem;align-items:center;margin:.3rem 0}
.tools[hidden],label[hidden]{display:none}
.tools button,select{font:inherit;font-size:.9rem;min-width:2.3rem;min-height:2.1rem;padding:.1rem .6rem;background:var(--raised);color:var(--text);border:1px solid var(--muted);border-radius:4px;cursor:pointer}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;padding:0;margin:.3rem 0;font-size:.88rem}
.legend i{display:inline-block;width:.9rem;height:.9rem;margin-right:.35rem;vertical-align:-.1rem;border-radius:2px;border:1px solid var(--muted)}
${CHART_STYLE}
@media (max-width:40rem){body{padding:.7rem .7rem 2rem}h2{margin-top:1.6rem}th,td{padding:.25rem .4rem}.verdict{padding:.6rem .7rem}td.wide{min-width:11rem}
.folds thead{position:absolute;left:-99rem}
.folds tr{display:flex;flex-wrap:wrap;gap:.1rem .9rem;padding:.35rem 0;border-bottom:1px solid var(--rule)}
.folds tr[hidden]{display:none}
.folds td{border:0;padding:0;min-width:0;overflow-wrap:anywhere}
.folds td:empty{display:none}
.folds td.below{flex-basis:100%;order:1}
.folds td.n::before,.folds td.below:has(+.below)::before,.folds td.below+td.below::before{content:attr(data-title) " ";color:var(--muted)}}
@media print{.tools,.skip,label{display:none}body{max-width:none}}
`
