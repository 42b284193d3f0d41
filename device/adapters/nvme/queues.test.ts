// Queues: creation and deletion with every status, wrap and phase, a full completion queue, interrupts, aggregation.
import { describe, expect, test } from 'vitest'
import { fixedLatency } from '../../block/store.ts'
import { PS } from '../../clock.ts'
import { DeviceEvent, HostStatus } from '../../probe.ts'
import { K } from './format.ts'
import { Bench, type Entry, rw } from './testing/bench.ts'

const slow = { latency: fixedLatency({ readPs: PS.ms, writePs: PS.ms }) }
const OK = { code: 0, flags: 0 }
const final = (code: number) => ({ code, flags: K.STATUS_DNR })

function create(kind: 'cq' | 'sq', bench: Bench, change: Partial<Entry> = {}): Entry {
  return kind === 'cq'
    ? { opcode: K.ADMIN_CREATE_CQ, prp1: bench.pa(bench.cqMemory(2)), cdw10: 0x003f_0002, cdw11: 3, ...change }
    : {
        opcode: K.ADMIN_CREATE_SQ,
        prp1: bench.pa(bench.sqMemory(2)),
        cdw10: 0x003f_0002,
        cdw11: 0x0001_0001,
        ...change,
      }
}

describe('creating and deleting', () => {
  const bench = new Bench()
  bench.start()
  test.each([
    ['a completion queue 0', create('cq', bench, { cdw10: 0x003f_0000 }), K.STATUS_INVALID_QID],
    ['a completion queue beyond the last', create('cq', bench, { cdw10: 0x003f_0011 }), K.STATUS_INVALID_QID],
    ['a completion queue that exists', create('cq', bench, { cdw10: 0x003f_0001 }), K.STATUS_INVALID_QID],
    ['a completion queue of one entry', create('cq', bench, { cdw10: 0x0000_0002 }), K.STATUS_INVALID_QUEUE_SIZE],
    ['a completion queue beyond MQES', create('cq', bench, { cdw10: 0x0400_0002 }), K.STATUS_INVALID_QUEUE_SIZE],
    ['a completion queue in pieces', create('cq', bench, { cdw11: 2 }), K.STATUS_INVALID_FIELD],
    [
      'a completion queue with a page offset',
      create('cq', bench, { prp1: bench.pa(bench.cqMemory(2)) + 64 }),
      K.STATUS_PRP_OFFSET_INVALID,
    ],
    ['a vector that is not there', create('cq', bench, { cdw11: 0x0001_0003 }), K.STATUS_INVALID_VECTOR],
    ['a submission queue 0', create('sq', bench, { cdw10: 0x003f_0000 }), K.STATUS_INVALID_QID],
    ['a submission queue beyond the last', create('sq', bench, { cdw10: 0x003f_0011 }), K.STATUS_INVALID_QID],
    ['a submission queue that exists', create('sq', bench, { cdw10: 0x003f_0001 }), K.STATUS_INVALID_QID],
    ['a submission queue of one entry', create('sq', bench, { cdw10: 0x0000_0002 }), K.STATUS_INVALID_QUEUE_SIZE],
    ['a submission queue beyond MQES', create('sq', bench, { cdw10: 0xffff_0002 }), K.STATUS_INVALID_QUEUE_SIZE],
    ['a submission queue in pieces', create('sq', bench, { cdw11: 0x0001_0000 }), K.STATUS_INVALID_FIELD],
    [
      'a submission queue with a page offset',
      create('sq', bench, { prp1: bench.pa(bench.sqMemory(2)) + 64 }),
      K.STATUS_PRP_OFFSET_INVALID,
    ],
    ['a submission queue for completion queue 0', create('sq', bench, { cdw11: 0x0000_0001 }), K.STATUS_CQ_INVALID],
    [
      'a submission queue for a completion queue that is not there',
      create('sq', bench, { cdw11: 0x0003_0001 }),
      K.STATUS_CQ_INVALID,
    ],
    [
      'a submission queue for a completion queue beyond the last',
      create('sq', bench, { cdw11: 0x0fff_0001 }),
      K.STATUS_CQ_INVALID,
    ],
    ['deleting submission queue 0', { opcode: K.ADMIN_DELETE_SQ, cdw10: 0 }, K.STATUS_INVALID_QID],
    ['deleting a submission queue that is not there', { opcode: K.ADMIN_DELETE_SQ, cdw10: 2 }, K.STATUS_INVALID_QID],
    ['deleting completion queue 0', { opcode: K.ADMIN_DELETE_CQ, cdw10: 0 }, K.STATUS_INVALID_QID],
    ['deleting a completion queue beyond the last', { opcode: K.ADMIN_DELETE_CQ, cdw10: 99 }, K.STATUS_INVALID_QID],
    ['deleting a completion queue in use', { opcode: K.ADMIN_DELETE_CQ, cdw10: 1 }, K.STATUS_INVALID_QUEUE_DELETION],
  ])('%s', (_name, entry, code) => {
    expect(bench.admin(entry)).toMatchObject(final(code))
  })

  test('a pair is made, used, deleted and made again', () => {
    const fresh = new Bench()
    fresh.start()
    const data = fresh.buffer(512)
    for (let round = 0; round < 2; round++) {
      fresh.createPair(2)
      expect(fresh.command(2, rw(K.IO_READ, 0, 1, { data }))).toMatchObject({ ...OK, sqId: 2, sqHead: 1 })
      expect(fresh.admin({ opcode: K.ADMIN_DELETE_SQ, cdw10: 2 })).toMatchObject(OK)
      expect(fresh.admin({ opcode: K.ADMIN_DELETE_CQ, cdw10: 2 })).toMatchObject(OK)
    }
  })

  test('16 pairs, the largest of 1024 entries', () => {
    const fresh = new Bench()
    fresh.enable()
    const data = fresh.buffer(512)
    for (let id = 1; id <= 16; id++) fresh.createPair(id, { sqSize: 1024, cqSize: 1024 })
    for (let id = 1; id <= 16; id++) expect(fresh.command(id, rw(K.IO_READ, id, 1, { data }))).toMatchObject(OK)
  })

  test('two submission queues share a completion queue', () => {
    const fresh = new Bench()
    fresh.start()
    fresh.createPair(2, { cqid: 1 })
    const data = fresh.buffer(512)
    fresh.submit(1, rw(K.IO_READ, 0, 1, { data, cid: 5 }))
    fresh.submit(2, rw(K.IO_READ, 1, 1, { data, cid: 5 }))
    fresh.settle()
    expect(fresh.take(1)).toMatchObject([
      { ...OK, sqId: 1, cid: 5 },
      { ...OK, sqId: 2, cid: 5 },
    ])
    fresh.admin({ opcode: K.ADMIN_DELETE_SQ, cdw10: 1 })
    expect(fresh.admin({ opcode: K.ADMIN_DELETE_CQ, cdw10: 1 })).toMatchObject(final(K.STATUS_INVALID_QUEUE_DELETION))
    fresh.admin({ opcode: K.ADMIN_DELETE_SQ, cdw10: 2 })
    expect(fresh.admin({ opcode: K.ADMIN_DELETE_CQ, cdw10: 1 })).toMatchObject(OK)
  })

  test('deleting a submission queue ends its commands', () => {
    const fresh = new Bench(slow)
    fresh.start()
    const data = fresh.buffer(512)
    for (let i = 0; i < 3; i++) fresh.submit(1, rw(K.IO_READ, i, 1, { data, cid: i }))
    fresh.advance(10 * PS.us)
    expect(fresh.admin({ opcode: K.ADMIN_DELETE_SQ, cdw10: 1 })).toMatchObject(OK)
    expect(fresh.take(1)).toMatchObject([0, 1, 2].map(cid => ({ cid, code: K.STATUS_SQ_DELETED })))
    expect(fresh.eventsOf(DeviceEvent.CommandFinished).map(e => e.c)).toEqual([0, 0, 0].map(() => HostStatus.aborted))
    expect(fresh.adapter.outstanding).toBe(0)
  })
})

describe('rings', () => {
  test('head, wrap and phase: 20 commands through queues of 4 and 3', () => {
    const bench = new Bench()
    bench.start({ sqSize: 4, cqSize: 3 })
    const data = bench.buffer(512)
    for (let i = 0; i < 20; i++)
      expect(bench.io(rw(K.IO_READ, i, 1, { data, cid: i }))).toMatchObject({ ...OK, cid: i, sqHead: (i + 1) % 4 })
  })

  test('the smallest queues hold one entry, and an identifier is free again when its command was told', () => {
    const bench = new Bench()
    bench.start({ sqSize: 2, cqSize: 2 })
    const data = bench.buffer(512)
    for (let i = 0; i < 5; i++) expect(bench.io(rw(K.IO_READ, i, 1, { data, cid: 7 }))).toMatchObject({ ...OK, cid: 7 })
  })

  test('a full completion queue makes commands wait, and none is lost', () => {
    const bench = new Bench()
    bench.start({ sqSize: 32, cqSize: 4 })
    const data = bench.buffer(512)
    for (let i = 0; i < 20; i++) bench.put(1, rw(K.IO_READ, i, 1, { data, cid: i }))
    bench.ring(1)
    bench.settle()
    expect(bench.adapter.outstanding).toBe(17)
    const seen: number[] = []
    for (let round = 0; seen.length < 20 && round < 20; round++) {
      seen.push(...bench.take(1).map(c => c.cid))
      bench.settle()
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i))
    expect(bench.adapter.outstanding).toBe(0)
  })

  test('more commands than the controller has room for', () => {
    const bench = new Bench(slow)
    bench.start({ sqSize: 1024, cqSize: 1024 })
    const data = bench.buffer(512)
    for (let i = 0; i < 600; i++) bench.put(1, rw(K.IO_READ, 0, 1, { data, cid: i }))
    bench.ring(1)
    bench.advance(100 * PS.us)
    expect(bench.eventsOf(DeviceEvent.CommandFetched)).toHaveLength(256)
    expect(new Set(bench.eventsOf(DeviceEvent.CommandFetched).map(e => e.a & 0xff)).size).toBe(256)
    bench.settle()
    expect(bench.take(1)).toHaveLength(600)
  })

  test('submission queues are served in turn', () => {
    const bench = new Bench({ timing: { bytePs: 1000 } })
    bench.start()
    bench.createPair(2)
    const data = bench.buffer(512)
    for (let i = 0; i < 40; i++) bench.put(1, rw(K.IO_READ, 0, 1, { data }))
    bench.put(2, rw(K.IO_READ, 1, 1, { data }))
    bench.ring(1)
    bench.ring(2)
    bench.events.length = 0
    bench.advance(PS.us)
    const lbas = bench.eventsOf(DeviceEvent.CommandFetched).map(e => e.d)
    expect(lbas.indexOf(lbas.find(d => d !== lbas[0])!)).toBe(16)
  })

  test('a completion queue that cannot be reached is fatal', () => {
    const bench = new Bench()
    bench.start()
    bench.createPair(2)
    bench.admin({ opcode: K.ADMIN_DELETE_SQ, cdw10: 2 })
    bench.admin({ opcode: K.ADMIN_DELETE_CQ, cdw10: 2 })
    bench.admin(create('cq', bench, { prp1: 0x1234_5000 }))
    bench.admin(create('sq', bench, { cdw11: 0x0002_0001 }))
    bench.rings[2]!.tail = 0
    bench.submit(2, rw(K.IO_READ, 0, 1, { data: bench.buffer(512) }))
    bench.settle()
    expect(bench.read('CSTS')).toBe(3)
    expect(bench.eventsOf(DeviceEvent.DmaFault)).toMatchObject([{ d: 1 }])
  })
})

describe('interrupts', () => {
  test('the line is up while a queue holds entries that were not consumed', () => {
    const bench = new Bench()
    bench.start()
    const data = bench.buffer(512)
    bench.submit(1, rw(K.IO_READ, 0, 1, { data }))
    bench.submit(1, rw(K.IO_READ, 1, 1, { data }))
    bench.settle()
    expect([bench.line.level, bench.adapter.causes()]).toEqual([true, 2])
    bench.write('CQ1_HEAD', 1)
    expect(bench.line.level).toBe(true)
    bench.write('CQ1_HEAD', 2)
    expect(bench.line.level).toBe(false)
    // The second entry is news once the first was consumed; the line does not move for that.
    const raised = { a: 2, b: 2, c: 0x1ffff }
    expect(bench.eventsOf(DeviceEvent.CauseRaised)).toMatchObject([raised, raised])
    const cleared = { a: 2, b: 0 }
    expect(bench.eventsOf(DeviceEvent.CauseCleared)).toMatchObject([cleared, cleared])
    expect(bench.eventsOf(DeviceEvent.LineChanged).map(e => e.a)).toEqual([1, 0])
  })

  test('a doorbell that gives nothing back dismisses nothing', () => {
    const bench = new Bench()
    bench.start()
    bench.submit(1, rw(K.IO_READ, 0, 1, { data: bench.buffer(512) }))
    bench.settle()
    bench.write('CQ1_HEAD', 0)
    expect([bench.line.level, bench.eventsOf(DeviceEvent.CauseCleared).length]).toEqual([true, 0])
  })

  test('a controller that is being disabled cannot interrupt, masked or not', () => {
    const bench = new Bench()
    bench.start()
    expect(bench.adapter.mayInterrupt).toBe(true)
    bench.write('CC', 0)
    expect(bench.adapter.mayInterrupt).toBe(false)
  })

  test('INTMS keeps the line down, INTMC lets it up again', () => {
    const bench = new Bench()
    bench.start()
    bench.write('INTMS', 1)
    expect(bench.adapter.mayInterrupt).toBe(false)
    bench.submit(1, rw(K.IO_READ, 0, 1, { data: bench.buffer(512) }))
    bench.settle()
    expect([bench.line.level, bench.adapter.causes()]).toEqual([false, 0])
    bench.write('INTMC', 1)
    expect([bench.line.level, bench.adapter.causes(), bench.adapter.mayInterrupt]).toEqual([true, 2, true])
    bench.write('INTMS', 1)
    expect(bench.line.level).toBe(false)
  })

  test('vectors other than 0 are not the pin', () => {
    const bench = new Bench()
    bench.start()
    bench.write('INTMS', 0xffff_fffe)
    bench.submit(1, rw(K.IO_READ, 0, 1, { data: bench.buffer(512) }))
    bench.settle()
    expect(bench.line.level).toBe(true)
  })

  test('a queue without interrupts', () => {
    const bench = new Bench()
    bench.start({ interrupts: false })
    bench.submit(1, rw(K.IO_READ, 0, 1, { data: bench.buffer(512) }))
    bench.settle()
    expect(bench.line.level).toBe(false)
    expect(bench.take(1)).toHaveLength(1)
  })

  test('deleting a queue takes its cause away', () => {
    const bench = new Bench()
    bench.start()
    bench.submit(1, rw(K.IO_READ, 0, 1, { data: bench.buffer(512) }))
    bench.settle()
    bench.admin({ opcode: K.ADMIN_DELETE_SQ, cdw10: 1 })
    bench.admin({ opcode: K.ADMIN_DELETE_CQ, cdw10: 1 })
    expect(bench.line.level).toBe(false)
  })

  test('completions at one instant change the line once', () => {
    const bench = new Bench({ timing: { bytePs: 0 } })
    bench.start()
    const data = bench.buffer(512)
    for (let i = 0; i < 8; i++) bench.put(1, rw(K.IO_READ, i, 1, { data }))
    bench.ring(1)
    bench.settle()
    expect(new Set(bench.eventsOf(DeviceEvent.CommandFinished).map(e => e.atPs)).size).toBe(1)
    expect(bench.eventsOf(DeviceEvent.LineChanged)).toHaveLength(1)
  })

  test('coalescing: an interrupt after three entries, or when the time is over', () => {
    const bench = new Bench()
    bench.start()
    bench.admin({ opcode: K.ADMIN_SET_FEATURES, cdw10: K.FEATURE_COALESCING, cdw11: 0x0102 })
    const data = bench.buffer(512)
    const send = (count: number) => {
      for (let i = 0; i < count; i++) bench.submit(1, rw(K.IO_READ, i, 1, { data }))
      bench.advance(20 * PS.us)
    }
    send(2)
    expect(bench.line.level).toBe(false)
    bench.advance(100 * PS.us)
    expect(bench.line.level).toBe(true)
    bench.take(1)
    send(3)
    expect(bench.line.level).toBe(true)
    bench.take(1)
    bench.admin({ opcode: K.ADMIN_SET_FEATURES, cdw10: K.FEATURE_VECTOR, cdw11: 0x1_0000 })
    send(1)
    expect(bench.line.level).toBe(true)
  })
})

describe('the link', () => {
  test('carries one transfer at a time, at its rate', () => {
    const bench = new Bench({ timing: { bytePs: 1000, fetchPs: 0, completionPs: 0 } })
    bench.start()
    const data = bench.buffer(4096)
    for (let i = 0; i < 3; i++) bench.put(1, rw(K.IO_READ, i, 8, { data }))
    bench.ring(1)
    const from = bench.clock.nowPs
    bench.settle()
    const ends = bench.eventsOf(DeviceEvent.CommandFinished).map(e => (e.atPs - from) / 4_096_000)
    expect(ends).toEqual([1, 2, 3])
  })

  test("a drive's latency passes before the data moves", () => {
    const bench = new Bench({ ...slow, timing: { bytePs: 0, fetchPs: 0, completionPs: 0 } })
    bench.start()
    const from = bench.clock.nowPs
    bench.io(rw(K.IO_WRITE, 0, 1, { data: bench.buffer(512) }))
    expect(bench.eventsOf(DeviceEvent.CommandFinished)[0]!.atPs - from).toBe(PS.ms)
  })
})
