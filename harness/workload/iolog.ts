// Reads fio's log of I/Os, versions 2 and 3, into typed arrays: 30 bytes an I/O, no string kept but the names of the files.
//
// Sources: fio, HOWTO, "Trace file format v2" and "v3". The unit of a version 3 timestamp is not said there; fio's iolog.c writes
// microseconds (utime_since_now). Version 2 has no times but 'wait', which counts from the wait before it; below 100 µs it is discarded.
import { ConfigError, found, unknownWord } from '../../schemas/errors.ts'

export const Action = { read: 0, write: 1, trim: 2, sync: 3 } as const
export type Action = (typeof Action)[keyof typeof Action]

/** What a log says, I/O by I/O. */
export interface Iolog {
  /** As typed, for messages. */
  readonly name: string
  readonly version: 2 | 3
  /** Names, in the order in which they were added. */
  readonly files: readonly string[]
  readonly count: number
  readonly actions: Uint8Array
  /** Index in `files`. */
  readonly file: Uint16Array
  readonly offsets: Float64Array
  readonly lengths: Float64Array
  /** Microseconds from the start of the log. */
  readonly timesUs: Float64Array
  /** Line in the file, from 1. */
  readonly lines: Uint32Array
}

/** I/Os that one log may have. */
const MAX_IOS = 1 << 24
const MAX_FILES = 1024
const MIN_WAIT_US = 100
const HEADER = /^fio version (\d+) iolog$/
const NEWLINE = 10
const RETURN = 13
const BLANK = 32
const TAB = 9

const IO_WORDS = new Map<string, Action>([
  ['read', Action.read],
  ['write', Action.write],
  ['trim', Action.trim],
  ['sync', Action.sync],
  ['datasync', Action.sync],
])
const FILE_WORDS = ['add', 'open', 'close']
const ALL_WORDS = [...FILE_WORDS, ...IO_WORDS.keys(), 'wait']

/** @param name of the file as typed @throws ConfigError with the line */
export const readIolog = (bytes: Uint8Array, name: string): Iolog => new Reader(bytes, name).read()

class Reader {
  readonly #bytes: Uint8Array
  readonly #name: string
  readonly #decoder = new TextDecoder()
  #line = 0
  /** Of the current line: where it starts, and where each of its words does. */
  #lineAt = 0
  readonly #starts = new Uint32Array(MAX_WORDS)
  readonly #ends = new Uint32Array(MAX_WORDS)
  #words = 0
  #next = 0

  readonly #files: string[] = []
  readonly #byName = new Map<string, number>()
  readonly #open: boolean[] = []
  /** The file of the line before: most lines name the same one. */
  #lastFile = -1
  #lastStart = 0
  #lastEnd = 0

  #count = 0
  #actions = new Uint8Array(1024)
  #file = new Uint16Array(1024)
  #offsets = new Float64Array(1024)
  #lengths = new Float64Array(1024)
  #timesUs = new Float64Array(1024)
  #lines = new Uint32Array(1024)

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes
    this.#name = name
  }

  read(): Iolog {
    const version = this.#header()
    let timeUs = 0
    while (this.#advance()) {
      let at = 0
      if (version === 3) {
        const stamp = this.#number(at++, 'a timestamp in microseconds')
        if (stamp < timeUs) this.#fail(0, `found the timestamp ${stamp} after ${timeUs}: the lines are not in order`)
        timeUs = stamp
      }
      const word = this.#text(at + 1)
      const action = IO_WORDS.get(word)
      if (action !== undefined) this.#io(action, word, at, timeUs)
      else if (FILE_WORDS.includes(word)) this.#manage(word, at)
      else if (word === 'wait') timeUs += this.#wait(at, version)
      else if (word === '') this.#fail(at + 1, `expected an action behind the file: ${ALL_WORDS.join(', ')}`)
      else this.#fail(at + 1, unknownWord('action', shown(word), ALL_WORDS))
    }
    if (this.#count === 0) this.#fail(0, 'the log has no I/O')
    const n = this.#count
    return {
      name: this.#name,
      version,
      files: this.#files,
      count: n,
      actions: this.#actions.subarray(0, n),
      file: this.#file.subarray(0, n),
      offsets: this.#offsets.subarray(0, n),
      lengths: this.#lengths.subarray(0, n),
      timesUs: this.#timesUs.subarray(0, n),
      lines: this.#lines.subarray(0, n),
    }
  }

  #header(): 2 | 3 {
    this.#advance()
    const line = this.#wholeLine()
    const version = HEADER.exec(line)?.[1]
    if (version === '2') return 2
    if (version === '3') return 3
    const why = /^\d+, ?\d+, ?\d+$/.test(line) ? '; this looks like version 1, which fio itself has given up' : ''
    return this.#fail(
      0,
      `found ${found(shown(line))}, expected 'fio version 2 iolog' or 'fio version 3 iolog' in the first line${why}`,
    )
  }

  /** Goes to the next line that is not blank, and finds its words. @returns false at the end */
  #advance(): boolean {
    const bytes = this.#bytes
    const { length } = bytes
    while (this.#next < length) {
      let at = this.#next
      this.#line++
      this.#lineAt = at
      this.#words = 0
      while (at < length && bytes[at] !== NEWLINE) {
        if (isBlank(bytes[at]!)) {
          at++
          continue
        }
        const start = at
        while (at < length && bytes[at] !== NEWLINE && !isBlank(bytes[at]!)) at++
        if (this.#words === MAX_WORDS) this.#fail(MAX_WORDS - 1, 'the line has too many words')
        this.#starts[this.#words] = start
        this.#ends[this.#words++] = at
      }
      this.#next = at + 1
      if (this.#words > 0) return true
    }
    return false
  }

  #io(action: Action, word: string, at: number, timeUs: number): void {
    this.#expectWords(at + 4, `'${word}' needs a file, an offset and a length in bytes`)
    const file = this.#fileOf(at)
    if (file < 0) this.#fail(at, `${word} of ${this.#named(at)}, which was never added`)
    if (!this.#open[file]) this.#fail(at, `${word} of ${this.#named(at)}, which is not open`)
    const offset = this.#number(at + 2, 'an offset in bytes')
    const length = this.#number(at + 3, 'a length in bytes')
    if (length === 0 && action !== Action.sync) this.#fail(at + 3, `${word} of 0 bytes`)
    const n = this.#count
    if (n === MAX_IOS) this.#fail(0, `the log has more than ${MAX_IOS} I/Os`)
    if (n === this.#actions.length) this.#grow()
    this.#actions[n] = action
    this.#file[n] = file
    this.#offsets[n] = offset
    this.#lengths[n] = length
    this.#timesUs[n] = timeUs
    this.#lines[n] = this.#line
    this.#count++
  }

  #manage(word: string, at: number): void {
    this.#expectWords(at + 2, `'${word}' takes nothing but a file`)
    let file = this.#fileOf(at)
    if (word === 'add') {
      if (file >= 0) this.#fail(at, `${this.#named(at)} is added a second time`)
      if (this.#files.length === MAX_FILES) this.#fail(at, `the log has more than ${MAX_FILES} files`)
      file = this.#files.length
      const name = this.#text(at)
      this.#files.push(name)
      this.#byName.set(name, file)
      this.#open.push(false)
      return
    }
    if (file < 0) this.#fail(at, `${word} of ${this.#named(at)}, which was never added`)
    if (this.#open[file] === (word === 'open'))
      this.#fail(
        at,
        word === 'open' ? `${this.#named(at)} is open already` : `close of ${this.#named(at)}, which is not open`,
      )
    this.#open[file] = word === 'open'
  }

  /** @returns microseconds */
  #wait(at: number, version: 2 | 3): number {
    if (version === 3) this.#fail(at + 1, "'wait' is for version 2: version 3 has timestamps")
    this.#expectWords(at + 4, "'wait' needs a file, a time in microseconds and a length")
    const us = this.#number(at + 2, 'a time in microseconds')
    this.#number(at + 3, 'a length in bytes')
    return us < MIN_WAIT_US ? 0 : us
  }

  /** @returns its index, −1 when it was never added */
  #fileOf(word: number): number {
    const bytes = this.#bytes
    const start = this.#starts[word]!
    const length = this.#ends[word]! - start
    if (this.#lastFile >= 0 && length === this.#lastEnd - this.#lastStart) {
      let n = 0
      while (n < length && bytes[start + n] === bytes[this.#lastStart + n]) n++
      if (n === length) return this.#lastFile
    }
    const file = this.#byName.get(this.#text(word)) ?? -1
    this.#lastFile = file
    this.#lastStart = start
    this.#lastEnd = start + length
    return file
  }

  #number(word: number, what: string): number {
    const start = this.#starts[word]!
    const end = word < this.#words ? this.#ends[word]! : start
    let value = 0
    for (let at = start; at < end; at++) {
      const digit = this.#bytes[at]! - 48
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
      if (at === end - 1 && value <= Number.MAX_SAFE_INTEGER) return value
      if (value > Number.MAX_SAFE_INTEGER) return this.#fail(word, `found ${this.#named(word)}, which is too large`)
    }
    if (this.#line > 1 && HEADER.test(this.#wholeLine()))
      return this.#fail(0, 'found a second first line: fio appends to a log that is there; keep the lines of one run')
    return this.#fail(word, `found ${word < this.#words ? this.#named(word) : 'nothing'}, expected ${what}`)
  }

  #expectWords(count: number, message: string): void {
    if (this.#words !== count) this.#fail(Math.min(count, this.#words) - 1, `${message}; found ${this.#words} words`)
  }

  #text(word: number): string {
    return word < this.#words ? this.#decoder.decode(this.#bytes.subarray(this.#starts[word], this.#ends[word])) : ''
  }

  /** For messages. */
  #named(word: number): string {
    return found(shown(this.#text(word)))
  }

  #wholeLine(): string {
    const end = this.#words > 0 ? this.#ends[this.#words - 1]! : this.#lineAt
    return this.#decoder.decode(this.#bytes.subarray(this.#lineAt, Math.min(end, this.#lineAt + 80)))
  }

  #grow(): void {
    const size = this.#actions.length * 2
    const larger = <T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(old: T, to: T): T => {
      to.set(old as never)
      return to
    }
    this.#actions = larger(this.#actions, new Uint8Array(size))
    this.#file = larger(this.#file, new Uint16Array(size))
    this.#offsets = larger(this.#offsets, new Float64Array(size))
    this.#lengths = larger(this.#lengths, new Float64Array(size))
    this.#timesUs = larger(this.#timesUs, new Float64Array(size))
    this.#lines = larger(this.#lines, new Uint32Array(size))
  }

  #fail(word: number, message: string): never {
    const at = word < this.#words ? this.#starts[word]! : this.#words > 0 ? this.#ends[this.#words - 1]! : this.#lineAt
    throw lineError(this.#name, Math.max(1, this.#line), message, at - this.#lineAt + 1)
  }
}

const MAX_WORDS = 8

const isBlank = (byte: number): boolean => byte === BLANK || byte === TAB || byte === RETURN

/** What is not printable is shown as such. */
const shown = (text: string): string => text.replaceAll(/\p{C}/gu, '\ufffd')

/** A problem of one line of a log. */
export const lineError = (file: string, line: number, message: string, column = 1): ConfigError =>
  new ConfigError(file, [{ path: '$', message, line, column }])
