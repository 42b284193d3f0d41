// Two short lists of events, side by side: what both have in order stands once.
import type { DiffLine } from '../../schemas/diff.ts'
import type { WindowEvent } from './window.ts'

const line = (side: DiffLine['side'], a: WindowEvent | undefined, b: WindowEvent | undefined): DiffLine => ({
  side,
  aNs: a === undefined ? null : a.atPs / 1000,
  bNs: b === undefined ? null : b.atPs / 1000,
  text: (a ?? b)!.words,
})

/** By the longest common subsequence of what they say; for lists of some dozens. */
export function align(a: readonly WindowEvent[], b: readonly WindowEvent[]): DiffLine[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i]![j] =
        a[i]!.words === b[j]!.words ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!)
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const [one, other] = [a[i], b[j]]
    if (one !== undefined && other !== undefined && one.words === other.words) {
      lines.push(line('both', one, other))
      i++
      j++
    } else if (other === undefined || (one !== undefined && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      lines.push(line('a', one, undefined))
      i++
    } else {
      lines.push(line('b', undefined, other))
      j++
    }
  }
  // Before the first that both have, the one list only reaches back farther than the other.
  const common = lines.findIndex(({ side }) => side === 'both')
  return lines.slice(Math.max(0, common))
}
