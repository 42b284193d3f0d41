import { describe, expect, it } from 'vitest'
import { PS } from '../../clock.ts'
import { DeviceEvent } from '../../probe.ts'
import { bytesUnder, type CommandFault } from '../faults.ts'
import { Cause, K } from './format.ts'
import { Bench, read10, TEST_UNIT_READY, write10 } from './testing/bench.ts'

const DATA = 0x20_0000

function queued(fault: CommandFault, cdb = read10(0, 2), flags = K.BLOCK_FLAG_DATA_IN) {
  const bench = new Bench()
  bench.startQueued()
  bench.store.bytes.fill(0x5a)
  bench.adapter.faults = { decide: task => (task.cdb[0] === cdb[0] ? fault : undefined) }
  const data = bench.buffer(1024)
  bench.start({ tag: 6, cdb, flags, data, bytes: flags === 0 ? 0 : 1024 })
  bench.settle()
  return { bench, data, entries: bench.take(), pending: bench.ack() }
}

/** Runs a data-phase READ of 1024 bytes under a fault, moving whatever the target offers. */
function dataPhase(fault: CommandFault, cdb = read10(0, 2)) {
  const bench = new Bench()
  bench.startDataPhase()
  bench.store.bytes.fill(0x5a)
  bench.adapter.faults = { decide: () => fault }
  bench.issue(cdb)
  bench.settle()
  const offered = bench.read('DMA_READY_COUNT')
  let pending = bench.ack()
  if (offered > 0) {
    bench.transfer(DATA, offered, cdb[0] === 0x28)
    bench.settle()
    pending = bench.ack()
  }
  return { bench, offered, pending, host: bench.field('CMD_STATUS', 'HOST_STATUS') }
}

const ERROR = Cause.commandComplete | Cause.scsiError

describe('faults of a command, queued mode and data-phase mode alike', () => {
  it.each<[CommandFault, { host: number; bytes: number; pending: number }]>([
    [
      { action: 'selection-timeout', index: 0 },
      { host: K.HOST_SELECTION_TIMEOUT, bytes: 0, pending: ERROR },
    ],
    [
      { action: 'parity', index: 0, bytes: 300 },
      { host: K.HOST_PARITY, bytes: 300, pending: ERROR },
    ],
    [
      { action: 'parity', index: 0 },
      { host: K.HOST_PARITY, bytes: 0, pending: ERROR },
    ],
    [
      { action: 'unexpected-disconnect', index: 0, bytes: 9999 },
      { host: K.HOST_UNEXPECTED_DISCONNECT, bytes: 1024, pending: ERROR },
    ],
    [
      { action: 'delay', index: 0, delayPs: PS.ms },
      { host: K.HOST_OK, bytes: 1024, pending: Cause.commandComplete },
    ],
    [
      { action: 'overrun', index: 0 },
      { host: K.HOST_OVERRUN, bytes: 1024, pending: ERROR },
    ],
    [
      { action: 'dma-error', index: 0 },
      { host: K.HOST_DMA_ERROR, bytes: 0, pending: Cause.commandComplete | Cause.dmaError },
    ],
    [
      { action: 'host-status', index: 0, hostStatus: 0x4d },
      { host: 0x4d, bytes: 0, pending: ERROR },
    ],
    [
      { action: 'host-status', index: 0, hostStatus: K.HOST_ABORTED },
      { host: K.HOST_ABORTED, bytes: 0, pending: Cause.commandComplete },
    ],
  ])('%o', (fault, { host, bytes, pending }) => {
    const q = queued(fault)
    expect(q.entries).toMatchObject([{ tag: 6, host, bytes, scsi: 0 }])
    expect(q.pending).toBe(pending)
    expect(q.bench.memory.subarray(q.data, q.data + 1024).indexOf(0)).toBe(bytes === 1024 ? -1 : bytes)
    const d = dataPhase(fault)
    expect(d.host).toBe(host)
    expect(d.pending).toBe(pending)
    expect(d.bench.read('DMA_MOVED')).toBe(bytes)
    for (const { bench, tag } of [
      { bench: q.bench, tag: 6 },
      { bench: d.bench, tag: 7 },
    ])
      expect(bench.eventsOf(DeviceEvent.FaultInjected)).toMatchObject([{ a: 0, b: tag }])
  })

  it('underrun: the target offers fewer bytes', () => {
    const q = queued({ action: 'underrun', index: 0, bytes: 24 })
    expect(q.entries).toMatchObject([{ host: K.HOST_UNDERRUN, bytes: 1000 }])
    const d = dataPhase({ action: 'underrun', index: 0, bytes: 24 })
    expect(d.offered).toBe(1000)
    expect(d.host).toBe(K.HOST_OK)
  })

  it('delay: the command ends later by that much, and well', () => {
    const late = queued({ action: 'delay', index: 0, delayPs: 5 * PS.ms })
    expect(late.bench.clock.nowPs).toBeGreaterThan(5 * PS.ms)
    expect(late.entries).toMatchObject([{ host: K.HOST_OK }])
  })

  it.each(['drop', 'lost-completion'] as const)('%s: never ends by itself; abort and reset free the tag', action => {
    const q = queued({ action, index: 3 })
    expect(q.entries).toEqual([])
    expect(q.bench.adapter.outstanding).toBe(1)
    // The data of a lost completion has moved.
    expect(q.bench.memory[q.data]).toBe(action === 'drop' ? 0 : 0x5a)
    q.bench.write('ABORT_TAG', 6)
    q.bench.settle()
    expect(q.bench.take()).toMatchObject([{ tag: 6, host: K.HOST_ABORTED }])

    const d = dataPhase({ action, index: 3 })
    expect(d.bench.field('STATUS', 'BUSY')).toBe(1)
    d.bench.write('CMD_CONTROL', 2)
    d.bench.settle()
    expect(d.bench.field('CMD_STATUS', 'HOST_STATUS')).toBe(K.HOST_ABORTED)
    expect(d.bench.field('STATUS', 'BUSY')).toBe(0)
  })

  it.each(['parity', 'unexpected-disconnect', 'selection-timeout', 'drop', 'dma-error', 'host-status'] as const)(
    '%s: a WRITE changes no block',
    action => {
      const fault = { action, index: 0, bytes: 512, hostStatus: K.HOST_PARITY }
      expect(queued(fault, write10(0, 2), K.BLOCK_FLAG_DATA_OUT).bench.store.bytes.every(b => b === 0x5a)).toBe(true)
      expect(dataPhase(fault, write10(0, 2)).bench.store.bytes.every(b => b === 0x5a)).toBe(true)
    },
  )

  it('parity on a command without data', () => {
    const q = queued({ action: 'parity', index: 0 }, TEST_UNIT_READY, 0)
    expect(q.entries).toMatchObject([{ host: K.HOST_PARITY, bytes: 0 }])
    expect(dataPhase({ action: 'parity', index: 0 }, TEST_UNIT_READY).host).toBe(K.HOST_PARITY)
  })

  it('is asked once a command, after the block was found valid, and not any more when it is taken away', () => {
    const bench = new Bench()
    bench.startQueued()
    const asked: number[] = []
    bench.adapter.faults = {
      decide: task => {
        asked.push(task.cdb[0]!)
        return undefined
      },
    }
    const data = bench.buffer(512)
    bench.command({ cdb: read10(0, 1), flags: K.BLOCK_FLAG_DATA_IN, data, bytes: 512 })
    bench.command({ cdb: TEST_UNIT_READY, flags: 0x80 })
    expect(asked).toEqual([0x28])
    bench.adapter.faults = undefined
    bench.command({ cdb: TEST_UNIT_READY })
    expect(asked).toEqual([0x28])
    expect(bench.eventsOf(DeviceEvent.FaultInjected)).toEqual([])
  })

  it.each([
    [undefined, 100, 100],
    [{ action: 'parity', index: 0, bytes: -5 }, 100, 0],
    [{ action: 'underrun', index: 0 }, 100, 0],
    [{ action: 'underrun', index: 0, bytes: 200 }, 100, 0],
    [{ action: 'underrun', index: 0, bytes: -1 }, 100, 100],
    [{ action: 'delay', index: 0 }, 100, 100],
  ] as const)('bytes under %o', (fault, bytes, expected) => {
    expect(bytesUnder(fault, bytes)).toBe(expected)
  })
})
