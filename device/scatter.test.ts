import { expect, test } from 'vitest'
import { scatter } from './scatter.ts'

test.each([1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 17, 31, 100, 255, 256, 4096, 16384, 65536])(
  '%d pages: each in a frame of its own, no two neighbours adjacent in either order',
  pages => {
    const { frames, frameOf } = scatter(pages)
    expect(frameOf.length).toBe(pages)
    expect(new Set(frameOf).size).toBe(pages)
    expect(frameOf.every(frame => frame >= 0 && frame < frames)).toBe(true)
    for (let page = 1; page < pages; page++)
      if (Math.abs(frameOf[page]! - frameOf[page - 1]!) < 2) expect.unreachable(`pages ${page - 1} and ${page}`)
  },
)

test('is the same in every run', () => {
  expect([...scatter(6).frameOf]).toEqual([0, 4, 1, 5, 2, 6])
})
