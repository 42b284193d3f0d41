// Text can be read: contrast at least 4.5, as WCAG 2 asks for at level AA; what is drawn without text at least 3.
import { expect, test } from 'vitest'
import { PALETTES } from './style.ts'

/** Relative luminance as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map(at => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x)
  return (a! + 0.05) / (b! + 0.05)
}

const TEXT = [
  ...['text', 'muted', 'link', 'pass', 'fail', 'warn'].flatMap(name => [
    [name, 'ground'] as const,
    [name, 'raised'] as const,
  ]),
  ...['passGround', 'failGround', 'isr', 'routine', 'dpc', 'read', 'write', 'stall', 'foreign', 'high'].map(
    ground => ['text', ground] as const,
  ),
  ['pass', 'passGround'],
  ['fail', 'failGround'],
  ['warn', 'warnGround'],
] as const

const DRAWN = ['notify', 'dma', 'adapter', 'srb', 'wire', 'claimed', 'host'] as const

test.each(['light', 'dark'] as const)('%s', scheme => {
  const palette = PALETTES[scheme] as unknown as Record<string, string>
  const weak = [
    ...TEXT.filter(([text, ground]) => contrast(palette[text]!, palette[ground]!) < 4.5),
    ...DRAWN.filter(name => contrast(palette[name]!, palette.raised!) < 3),
  ]
  expect(weak).toEqual([])
})
