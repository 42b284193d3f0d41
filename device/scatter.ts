// Where the pages of a slice lie physically: a fixed permutation, the same in every run.
//
// Models: what a driver meets on a machine that has been up for a while, namely that no two neighbouring pages of a
// buffer are physically adjacent, in either order. Does not model: any real allocator.

/**
 * Page i lies in frame (i × stride) mod frames. With an odd number of frames of at least 5 there is always a stride
 * from 2 to frames − 2 without a common divisor, so neighbours are at least two frames apart.
 * @returns frames of the window (at least `pages`) and the frame of each page
 */
export function scatter(pages: number): { frames: number; frameOf: Int32Array } {
  const frames = scatter.frames(pages)
  let stride = Math.max(2, Math.floor(frames * 0.618))
  while (divisor(stride, frames) !== 1) stride--
  const frameOf = new Int32Array(pages)
  for (let page = 0, frame = 0; page < pages; page++) {
    frameOf[page] = frame
    frame += stride
    if (frame >= frames) frame -= frames
  }
  return { frames, frameOf }
}

/** Frames of the window for so many pages. */
scatter.frames = (pages: number): number => Math.max(5, pages | 1)

function divisor(a: number, b: number): number {
  while (b !== 0) {
    const rest = a % b
    a = b
    b = rest
  }
  return a
}
