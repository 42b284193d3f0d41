// Queue tags of one adapter: 1…254 in turn, so that a tag comes back as late as possible. There are never more SRBs than tags.

const LAST_TAG = 254

export class TagPool {
  readonly #taken = new Uint8Array(LAST_TAG + 1)
  #next = 1

  take(): number {
    for (;;) {
      const tag = this.#next
      this.#next = tag === LAST_TAG ? 1 : tag + 1
      if (this.#taken[tag] !== 0) continue
      this.#taken[tag] = 1
      return tag
    }
  }

  give(tag: number): void {
    this.#taken[tag] = 0
  }
}
