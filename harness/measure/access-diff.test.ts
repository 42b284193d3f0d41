import { expect, test } from 'vitest'
import { accessDiff } from './access-diff.ts'

const words = (before: string, after: string): string[] =>
  accessDiff(before.split(' ').filter(Boolean), after.split(' ').filter(Boolean)).map(
    ({ kind, access, place, after: previous }) =>
      `${kind === 'added' ? '+' : '-'}${access}@${place}${previous === undefined ? '' : ` after ${previous}`}`,
  )

test.each([
  ['nothing', 'a b c', 'a b c', []],
  ['one more in the middle', 'a b c', 'a x b c', ['+x@2 after a']],
  ['one more of the same', 'a b', 'a a b', ['+a@2 after a']],
  ['one more at the end', 'a', 'a b', ['+b@2 after a']],
  ['one more at the start', 'a', 'x a', ['+x@1']],
  ['one less', 'a b c', 'a c', ['-b@2 after a']],
  ['another one', 'a b c', 'a x c', ['+x@2 after a', '-b@2 after a']],
  ['all new', '', 'a b', ['+a@1', '+b@2 after a']],
  ['all gone', 'a b', '', ['-a@1', '-b@2 after a']],
])('%s', (_, before, after, changes) => {
  expect(words(before, after)).toEqual(changes)
})

test('both lists come out of the answer again', () => {
  let seed = 7
  const draw = () => {
    seed = Math.imul(seed, 1103515245) + 12345
    return seed >>> 16
  }
  for (let n = 0; n < 200; n++) {
    const list = () => Array.from({ length: draw() % 12 }, () => 'abc'[draw() % 3]!)
    const [before, after] = [list(), list()]
    const changes = accessDiff(before, after)
    const without = (from: string[], kind: string) =>
      from.filter((_, i) => !changes.some(c => c.kind === kind && c.place === i + 1))
    expect(without(after, 'added')).toEqual(without(before, 'removed'))
  }
})
