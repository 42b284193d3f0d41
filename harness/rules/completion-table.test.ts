// Completions packed into a number and back, and the table that decides once per combination which rules look closer.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completionKey, FUNCTION_CLASS, FUNCTIONS, HOST_NONE, SCSI_CLASSES } from './completion-key.ts'
import { type CompletionCheck, CompletionTable, decode } from './completion-table.ts'

const STATUS_BYTES: Record<string, number> = {
  good: 0,
  check: 2,
  busy: 8,
  reservation: 0x18,
  terminated: 0x22,
  'queue-full': 0x28,
  met: 4,
  other: 0x77,
}

const completion = fc.record({
  function: fc.constantFrom(...FUNCTIONS),
  srbStatus: fc.nat(255),
  scsi: fc.constantFrom(...SCSI_CLASSES),
  host: fc.integer({ min: HOST_NONE, max: 11 }),
  adapterScsi: fc.constantFrom(...SCSI_CLASSES),
  reported: fc.nat(1024),
  asked: fc.nat(1024),
  moved: fc.nat(1024),
  sense: fc.boolean(),
  logged: fc.boolean(),
  stray: fc.boolean(),
  dropped: fc.boolean(),
  misled: fc.boolean(),
})

type Completion = typeof completion extends fc.Arbitrary<infer T> ? T : never

const keyOf = (c: Completion): number =>
  completionKey(
    FUNCTIONS.indexOf(c.function),
    c.srbStatus,
    STATUS_BYTES[c.scsi]!,
    c.host,
    STATUS_BYTES[c.adapterScsi]!,
    c.reported,
    c.asked,
    c.moved,
    c.sense,
    c.logged,
    c.stray,
    c.dropped,
    c.misled,
  )

describe('completionKey', () => {
  it('comes back from decode as it went in', () => {
    fc.assert(
      fc.property(completion, c => {
        const key = keyOf(c)
        expect(key).toBeGreaterThanOrEqual(0)
        expect(decode(key)).toEqual({
          function: c.function,
          srbStatus: c.srbStatus & 0x3f,
          queueFrozen: (c.srbStatus & 0x40) !== 0,
          autosenseValid: (c.srbStatus & 0x80) !== 0,
          scsi: c.scsi,
          host: c.host,
          adapterScsi: c.adapterScsi,
          reported: c.reported === c.asked ? 'all' : c.reported === 0 ? 'none' : c.reported < c.asked ? 'less' : 'more',
          hasData: c.asked > 0,
          short: c.moved < c.asked,
          reportedIsMoved: c.reported === c.moved,
          senseDelivered: c.sense,
          logged: c.logged,
          stray: c.stray,
          dropped: c.dropped,
          misled: c.misled,
        })
      }),
    )
  })

  it('host statuses beyond those that are told apart are all the last', () => {
    const at = (host: number): number =>
      decode(completionKey(0, 1, 0, host, 0, 0, 0, 0, false, false, false, false, false)).host
    expect([at(13), at(14), at(200)]).toEqual([13, 14, 14])
  })

  it.each([
    [0x00, 'execute'],
    [0x02, 'io-control'],
    [0x03, 'other'],
    [0x07, 'flush'],
    [0x08, 'flush'],
    [0x09, 'unassigned'],
    [0x10, 'abort'],
    [0x12, 'other'],
    [0x1b, 'unassigned'],
    [0x25, 'other'],
    [0x33, 'unassigned'],
    [0xff, 'unassigned'],
  ])('function 0x%s is of class %s', (code, name) => {
    expect(FUNCTIONS[FUNCTION_CLASS[code as number]!]).toBe(name)
  })
})

describe('CompletionTable', () => {
  const all: CompletionCheck & { seen: number } = {
    seen: 0,
    applies: () => true,
    suspect: facts => facts.srbStatus === 6,
    check() {
      all.seen++
    },
  }

  it('counts by guest what a check was about, and calls it for suspects only', () => {
    const table = new CompletionTable(2)
    all.seen = 0
    table.add([all])
    for (const status of [1, 6, 1])
      table.record(0, 1, completionKey(0, status, 0, 0, 0, 0, 0, 0, false, false, false, false, false))
    expect([table.exercised(all, 0), table.exercised(all, 1), all.seen]).toEqual([0, 3, 1])
  })

  it('goes on counting right when a driver has made up more combinations than it has room for', () => {
    const table = new CompletionTable(1)
    all.seen = 0
    table.add([all])
    let recorded = 0
    for (let status = 0; status < 256; status++)
      for (let scsi = 0; scsi < 8; scsi++)
        for (let length = 0; length < 4; length++) {
          const reported = [8, 4, 16, 0][length]!
          const byte = Object.values(STATUS_BYTES)[scsi]!
          table.record(0, 0, completionKey(0, status, byte, 0, 0, reported, 8, 8, false, false, false, false, false))
          recorded++
        }
    expect(table.exercised(all, 0)).toBe(recorded)
    expect(all.seen).toBe(recorded / 64) // one status of 64, with and without its flags
  })
})
