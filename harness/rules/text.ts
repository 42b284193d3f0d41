// Numbers as people read them, the same on every machine.

const round = (value: number, decimals: number): string => {
  const text = value.toFixed(decimals)
  return decimals === 0 ? text : text.replace(/\.?0+$/, '')
}

/** Picoseconds as `27.3 µs`, `640 ns`, `1.25 ms`, `5 s`. */
export function time(ps: number): string {
  if (ps < 1e6) return `${round(ps / 1e3, 1)} ns`
  if (ps < 1e9) return `${round(ps / 1e6, 2)} µs`
  if (ps < 1e12) return `${round(ps / 1e9, 2)} ms`
  return `${round(ps / 1e12, 3)} s`
}

/** A 32-bit pattern as `0x1F`, padded to `digits`. */
export const hex = (value: number, digits = 1): string =>
  `0x${(value >>> 0).toString(16).toUpperCase().padStart(digits, '0')}`

/** `1 read`, `2 reads`. */
export const plural = (count: number, word: string, words = `${word}s`): string =>
  `${count} ${count === 1 ? word : words}`
