// Durations in classes for a picture: twenty in every decade, the bounds round numbers (the preferred numbers R20), so that a picture of a
// million values is no larger than one of ten.

/** [lower bound in ns, upper bound in ns, how many]; empty classes are left out. */
export type Bins = [from: number, to: number, count: number][]

// biome-ignore format: one row
const R20 = [1, 1.12, 1.25, 1.4, 1.6, 1.8, 2, 2.24, 2.5, 2.8, 3.15, 3.55, 4, 4.5, 5, 5.6, 6.3, 7.1, 8, 9]
const DECADES = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12]
/** Everything below 1 ns stands in the first class. */
const BOUNDS = [0, ...DECADES.flatMap(decade => R20.map(step => Math.round(step * decade * 100) / 100))]

/** @param entries durations in ns with counts, in any order */
export function binsOf(entries: Iterable<readonly [ns: number, count: number]>): Bins {
  const counts = new Array<number>(BOUNDS.length).fill(0)
  for (const [ns, count] of entries) {
    let low = 0
    let high = BOUNDS.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (BOUNDS[middle]! <= ns) low = middle
      else high = middle - 1
    }
    counts[low]! += count
  }
  return counts.flatMap((count, n): Bins => (count === 0 ? [] : [[BOUNDS[n]!, BOUNDS[n + 1] ?? 1e13, count]]))
}
