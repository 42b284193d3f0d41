// Logarithm and power from + − × ÷ alone. Those four round alike on every machine (IEEE 754); Math.log, Math.pow and their like need not
// (ECMA-262 leaves their results to the implementation), and whatever is drawn must be the same everywhere.

const { LN2 } = Math
/** Enough for |s| ≤ 0.2: the next term is below 2^-60 of the first. */
const LN_TERMS = 13
/** Enough for |r| ≤ 0.35. */
const EXP_TERMS = 15

/** Natural logarithm. @param x more than 0, finite */
export function ln(x: number): number {
  let twos = 0
  while (x >= 1.5) {
    x *= 0.5
    twos++
  }
  while (x < 0.75) {
    x *= 2
    twos--
  }
  const s = (x - 1) / (x + 1)
  const square = s * s
  let sum = 0
  for (let n = LN_TERMS; n >= 0; n--) sum = sum * square + 1 / (2 * n + 1)
  return twos * LN2 + 2 * s * sum
}

/** e to the x. @param x from −700 to 700 */
export function exp(x: number): number {
  let twos = Math.floor(x / LN2 + 0.5)
  const r = x - twos * LN2
  let sum = 1
  for (let n = EXP_TERMS; n >= 1; n--) sum = 1 + (sum * r) / n
  for (; twos > 0; twos--) sum *= 2
  for (; twos < 0; twos++) sum *= 0.5
  return sum
}

/** @param base more than 0 */
export const power = (base: number, exponent: number): number => exp(exponent * ln(base))
