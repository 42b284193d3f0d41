// What one call does more than another, and what it does less: the two lists of accesses, as few lines apart as can be.

export interface AccessChange {
  kind: 'added' | 'removed'
  /** 'read INT_STATUS' */
  access: string
  /** Place in the list it stands in, from 1. */
  place: number
  /** What comes right before it in that list; undefined: nothing. */
  after: string | undefined
}

/** Longest common subsequence; of equally short answers the one that keeps what comes first. */
export function accessDiff(before: readonly string[], after: readonly string[]): AccessChange[] {
  const columns = after.length + 1
  const common = new Int32Array((before.length + 1) * columns)
  for (let b = before.length - 1; b >= 0; b--)
    for (let a = after.length - 1; a >= 0; a--)
      common[b * columns + a] =
        before[b] === after[a]
          ? common[(b + 1) * columns + a + 1]! + 1
          : Math.max(common[(b + 1) * columns + a]!, common[b * columns + a + 1]!)
  const changes: AccessChange[] = []
  let b = 0
  let a = 0
  while (b < before.length || a < after.length) {
    if (b < before.length && a < after.length && before[b] === after[a]) {
      b++
      a++
    } else if (
      a < after.length &&
      (b === before.length || common[b * columns + a + 1]! >= common[(b + 1) * columns + a]!)
    ) {
      changes.push({ kind: 'added', access: after[a]!, place: a + 1, after: after[a - 1] })
      a++
    } else {
      changes.push({ kind: 'removed', access: before[b]!, place: b + 1, after: before[b - 1] })
      b++
    }
  }
  return changes
}
