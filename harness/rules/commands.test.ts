// Which command belongs to which SRB: odd orders, tags used again, resets, lost SRBs, more SRBs than there is room for.
import { describe, expect, it } from 'vitest'
import { BusWords, Event, Finding } from '../trace/events.ts'
import { HOST_NONE } from './completion-key.ts'
import { SyntheticRun } from './testing/synthetic-run.ts'

const FLUSH = 8

class Adapter {
  readonly run = new SyntheticRun()
  get commands() {
    return this.run.rules.commands
  }
  start(serial: number, { cdb = serial & 0xffffff, unit = 0, bytes = 512, wish = 0, tag = 0xff, code = 0 } = {}): void {
    this.run.emit(Event.SrbStarted, serial, unit | (wish << 19) | (code << 24), tag | (cdb << 8), bytes)
  }
  fetch(tag: number, cdb: number, { unit = 0, words = 0 } = {}): void {
    this.run.emit(
      Event.CommandFetched,
      tag | (1 << 8),
      ((unit >> 8) & 0xff) | (words << 8),
      unit & 0xff,
      0x28 | (cdb << 8),
    )
  }
  end(tag: number, host = 0, moved = 512, scsi = 0): void {
    this.run.emit(Event.CommandFinished, tag, scsi, host, moved)
  }
  complete(serial: number, status = 1, scsi = 0, bytes = 512): void {
    this.run.emit(Event.SrbCompleted, serial, status, scsi, bytes)
  }
  hosts(...serials: number[]): number[] {
    return serials.map(serial => this.commands.hostStatus(0, serial))
  }
}

describe('commands and SRBs', () => {
  it('are brought together by unit and CDB, in whatever order they are fetched and end', () => {
    const a = new Adapter()
    for (const serial of [1, 2, 3]) a.start(serial, { unit: serial === 3 ? 0x0301 : 0, cdb: serial === 3 ? 1 : serial })
    a.fetch(7, 2)
    a.fetch(8, 1, { unit: 0x0301 })
    a.fetch(9, 1)
    a.end(9, 1)
    a.end(7, 2)
    a.end(8, 3)
    expect(a.hosts(1, 2, 3)).toEqual([1, 2, 3])
    expect(a.commands.serialOfTag(0, 7)).toBe(-1)
  })

  it('two with the same CDB: the older is fetched first', () => {
    const a = new Adapter()
    a.start(1, { cdb: 5 })
    a.start(2, { cdb: 5 })
    a.fetch(3, 5)
    expect([a.commands.fetched(0, 1), a.commands.fetched(0, 2), a.commands.serialOfTag(0, 3)]).toEqual([true, false, 1])
  })

  it('a tag used again belongs to the new one; the end of a command nobody knows changes nothing', () => {
    const a = new Adapter()
    a.start(1)
    a.fetch(4, 1)
    a.end(4)
    a.complete(1)
    a.start(2)
    a.fetch(4, 2)
    a.end(200, 9)
    a.end(4, 5, 100)
    expect([a.commands.holds(0, 1), a.commands.hostStatus(0, 2), a.commands.movedBytes(0, 2)]).toEqual([false, 5, 100])
  })

  it('a reset ends none of them, but they are remembered until they come back', () => {
    const a = new Adapter()
    a.start(1)
    a.start(2)
    a.fetch(1, 1)
    a.run.emit(Event.BusReset, 1, 1)
    a.end(1)
    expect(a.hosts(1, 2)).toEqual([HOST_NONE, HOST_NONE])
    a.fetch(1, 2) // its tag is free again
    expect(a.commands.serialOfTag(0, 1)).toBe(2)
    a.complete(1, 0x0e)
    a.complete(2)
    expect(a.commands.held(0)).toBe(0)
  })

  it('a lost SRB makes room, and does not get the command of another', () => {
    const a = new Adapter()
    a.start(1, { cdb: 9 })
    a.start(2, { cdb: 9 })
    a.run.finding(Finding.SrbLost, 1)
    a.fetch(1, 9)
    expect([a.commands.held(0), a.commands.serialOfTag(0, 1)]).toEqual([1, 2])
  })

  it('an SRB that is with the miniport for long is still known when serials have gone round', () => {
    const a = new Adapter()
    a.start(5)
    for (let serial = 6; serial < 5000; serial++) {
      a.start(serial)
      a.fetch(1, serial & 0xffffff)
      a.end(1)
      a.complete(serial)
    }
    a.start(5 + 1024 * 5)
    expect([a.commands.holds(0, 5), a.commands.held(0)]).toEqual([true, 2])
    a.complete(5)
    expect([a.commands.holds(0, 5), a.commands.holds(0, 5 + 1024 * 5), a.commands.held(0)]).toEqual([false, true, 1])
    a.complete(5 + 1024 * 5)
    expect(a.commands.held(0)).toBe(0)
  })

  it('more SRBs than there is room for: those beyond are not known, all others are', () => {
    const a = new Adapter()
    for (let serial = 1; serial <= 300; serial++) a.start(serial)
    expect([a.commands.held(0), a.commands.holds(0, 256), a.commands.holds(0, 257)]).toEqual([256, true, false])
    for (let serial = 1; serial <= 300; serial++) a.complete(serial)
    expect(a.commands.held(0)).toBe(0)
    a.start(301)
    a.fetch(0, 301)
    expect(a.commands.fetched(0, 301)).toBe(true)
  })

  it('guests do not mix', () => {
    const a = new Adapter()
    a.start(1)
    a.run.guest = 1
    a.start(2, { cdb: 1 })
    a.fetch(3, 1)
    expect([a.commands.fetched(0, 1), a.commands.fetched(1, 2), a.commands.holds(1, 1)]).toEqual([false, true, false])
  })

  it('other functions than SCSI commands wait for no command', () => {
    const a = new Adapter()
    a.start(1, { code: FLUSH, cdb: 7 })
    a.start(2, { cdb: 7 })
    a.fetch(3, 7)
    expect([a.commands.srbFunction(0, 1), a.commands.serialOfTag(0, 3)]).toEqual([FLUSH, 2])
  })

  it('a command of no SRB, and one whose SRB was completed before, are left behind until they end', () => {
    const a = new Adapter()
    a.fetch(1, 77)
    a.start(1)
    a.fetch(2, 1)
    a.complete(1)
    expect(a.commands.leftBehind(0)).toBe(2)
    a.end(2)
    expect(a.commands.leftBehind(0)).toBe(1)
    a.fetch(1, 78)
    expect(a.commands.leftBehind(0)).toBe(1)
    a.run.emit(Event.AdapterReset, 1)
    expect(a.commands.leftBehind(0)).toBe(0)
  })
})

const { told, noDisconnect } = BusWords

describe('what the target was told (IO-23)', () => {
  it.each<[string, number, number, number, string]>([
    ['nothing asked, nothing told by the adapter', 0, 0xff, 0, 'not-exercised'],
    ['ORDERED asked and sent', told | 2, 5, told | 2, 'held'],
    ['ORDERED asked, SIMPLE sent', told | 2, 5, told | 1, 'violated'],
    ['any tag asked, ORDERED sent', 1, 5, told | 2, 'not-exercised'],
    ['any tag asked, none sent', 1, 5, told, 'violated'],
    ['none asked, SIMPLE sent', 0, 0xff, told | 1, 'violated'],
    ['no disconnection asked and granted', noDisconnect, 0xff, told | noDisconnect, 'held'],
    ['no disconnection asked, not granted', noDisconnect, 0xff, told, 'violated'],
    ['disconnection allowed, not used', 0, 0xff, told | noDisconnect, 'not-exercised'],
  ])('%s: %s', (_name, wish, tag, words, status) => {
    const a = new Adapter()
    a.start(1, { wish, tag })
    a.fetch(3, 1, { words })
    a.end(3)
    a.complete(1)
    const row = a.run.row('IO-23')
    expect(row.status).toBe(words === 0 ? 'not-applicable' : status)
  })

  it('names the messages', () => {
    const a = new Adapter()
    a.start(1, { wish: told | 3, tag: 4 })
    a.fetch(3, 1, { words: told | 1 })
    a.complete(1)
    expect(a.run.row('IO-23').first!.message).toContain('HEAD OF QUEUE, but the target was sent SIMPLE')
  })
})

describe('the CDB that was sent (IO-25)', () => {
  it('is violated when another was sent instead', () => {
    const a = new Adapter()
    a.start(1)
    a.fetch(3, 999)
    a.end(3)
    a.complete(1)
    expect(a.run.row('IO-25')).toMatchObject({ status: 'violated', first: { srb: 1 } })
  })

  it('allows a command of the driver’s own before', () => {
    const a = new Adapter()
    a.start(1)
    a.fetch(3, 999)
    a.fetch(4, 1)
    a.end(4)
    a.complete(1)
    expect(a.run.row('IO-25').status).toBe('held')
  })

  it('is about one unit', () => {
    const a = new Adapter()
    a.start(1, { unit: 0x0100 })
    a.fetch(3, 999)
    a.complete(1, 0x0e)
    expect(a.run.row('IO-25').status).toBe('not-exercised')
  })
})

describe('lengths and statuses', () => {
  it.each<[string, number, number, number, number, number, string[]]>([
    // host, moved of 512, SRB status, SCSI status, reported
    ['all moved', 0, 512, 1, 0, 512, []],
    ['underrun told', 5, 100, 0x12, 0, 100, []],
    ['underrun, length not told', 5, 100, 0x12, 0, 512, ['IO-7']],
    ['underrun as success', 5, 100, 1, 0, 100, ['IO-7']],
    ['less told than moved', 0, 512, 1, 0, 100, ['IO-7']],
    ['more told than asked', 0, 512, 1, 0, 600, ['IO-7']],
    ['nothing told', 0, 512, 1, 0, 0, ['IO-8']],
    ['nobody there', 1, 0, 0x0a, 0, 512, []],
    ['a status that is no error', 0, 512, 1, 2, 512, ['IO-6']],
    ['CHECK CONDITION with BUSY', 0, 0, 5, 2, 512, ['IO-6']],
    ['BUSY with BUSY: the target could not take it', 0, 0, 5, 8, 512, []],
    ['QUEUE FULL with BUSY', 0, 0, 5, 0x28, 512, []],
    ['QUEUE FULL as success', 0, 0, 1, 0x28, 512, ['IO-6']],
    ['a status as error', 0, 0, 4, 2, 0, []],
    ['CONDITION MET', 0, 512, 1, 4, 512, []],
  ])('%s', (_name, host, moved, status, scsi, reported, broken) => {
    const a = new Adapter()
    a.start(1)
    a.fetch(3, 1)
    a.end(3, host, moved, scsi)
    a.complete(1, status, scsi, reported)
    expect(a.run.violated.filter(id => id.startsWith('IO-'))).toEqual(broken)
  })
})
