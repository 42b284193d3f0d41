// One waveform as a file of its own, for a document: SVG with its style in it, light and dark.
import type { Moment } from '../pictures/moment.ts'
import { momentView } from './charts.ts'
import { drawWave } from './draw-wave.ts'
import { html, raw } from './markup.ts'
import { DRAWING_STYLE } from './style.ts'

export function waveDrawing(moment: Moment, title: string, width = 960): string {
  const { inner, height } = drawWave(moment, momentView(moment, width))
  return `${html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">
<style>${raw(DRAWING_STYLE)}</style>
<rect width="100%" height="100%" style="fill:var(--raised)"/>
${raw(inner)}
</svg>`}\n`
}
