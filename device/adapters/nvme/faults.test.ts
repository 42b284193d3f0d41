// Faults at the command seam, on the paths that real ones take.
import { describe, expect, test } from 'vitest'
import { PS } from '../../clock.ts'
import { DeviceEvent, HostStatus } from '../../probe.ts'
import type { ScsiTask } from '../../scsi/task.ts'
import type { CommandFault } from '../faults.ts'
import { K } from './format.ts'
import { Bench, firstDifference, pattern, rw } from './testing/bench.ts'

/** A bench whose next command suffers the fault, and only that one. */
function under(fault: Omit<CommandFault, 'index'>): Bench {
  const bench = new Bench()
  bench.start()
  let left = 1
  bench.adapter.faults = { decide: () => (left-- > 0 ? { ...fault, index: 5 } : undefined) }
  return bench
}

describe('a command ends with an error', () => {
  test.each([
    ['dma-error', {}, K.STATUS_DATA_TRANSFER_ERROR, HostStatus.dmaError, 0],
    ['parity', {}, K.STATUS_DATA_TRANSFER_ERROR, HostStatus.dmaError, 0],
    ['parity', { bytes: 1024 }, K.STATUS_DATA_TRANSFER_ERROR, HostStatus.dmaError, 1024],
    ['selection-timeout', {}, K.STATUS_INTERNAL_PATH_ERROR, HostStatus.selectionTimeout, 0],
    ['unexpected-disconnect', {}, K.STATUS_INTERNAL_PATH_ERROR, HostStatus.unexpectedDisconnect, 0],
    [
      'host-status',
      { hostStatus: K.STATUS_NAMESPACE_NOT_READY },
      K.STATUS_NAMESPACE_NOT_READY,
      HostStatus.badCommand,
      0,
    ],
  ] as const)('%s %o', (action, more, code, host, moved) => {
    for (const opcode of [K.IO_READ, K.IO_WRITE]) {
      const bench = under({ action, ...more })
      const data = bench.buffer(4096)
      bench.memory.set(pattern(4096, 3), data)
      const before = new Uint8Array(4096)
      bench.store.read(0, 8, before, 0)
      expect(bench.io(rw(opcode, 0, 8, { data })).code).toBe(code)
      expect(bench.eventsOf(DeviceEvent.FaultInjected)).toMatchObject([{ a: 5, b: 0 }])
      expect(bench.eventsOf(DeviceEvent.CommandFinished)).toMatchObject([{ c: host, d: moved }])
      const after = new Uint8Array(4096)
      bench.store.read(0, 8, after, 0)
      expect(firstDifference(before, after)).toBe(-1)
      expect(bench.io(rw(opcode, 0, 8, { data })).code).toBe(0)
    }
  })

  test('a transfer error of a command without data', () => {
    expect(under({ action: 'dma-error' }).io({ opcode: K.IO_FLUSH }).code).toBe(K.STATUS_DATA_TRANSFER_ERROR)
  })
})

describe('a command does not end', () => {
  test.each([
    ['drop', false],
    ['lost-completion', true],
  ] as const)('%s', (action, carriedOut) => {
    const bench = under({ action })
    const data = bench.buffer(512)
    bench.memory.set(pattern(512, 3), data)
    bench.submit(1, rw(K.IO_WRITE, 0, 1, { data, cid: 9 }))
    bench.settle()
    expect(bench.take(1)).toEqual([])
    expect(bench.adapter.outstanding).toBe(1)
    const medium = new Uint8Array(512)
    bench.store.read(0, 1, medium, 0)
    expect(firstDifference(medium, pattern(512, 3)) < 0).toBe(carriedOut)
    expect(bench.admin({ opcode: K.ADMIN_ABORT, cdw10: 1 | (9 << 16) }).result).toBe(0)
    bench.settle()
    expect(bench.take(1)).toMatchObject([{ cid: 9, code: K.STATUS_ABORTED }])
    expect(bench.adapter.outstanding).toBe(0)
  })
})

test('delay: later, and all goes well', () => {
  const bench = under({ action: 'delay', delayPs: PS.s })
  const from = bench.clock.nowPs
  expect(bench.io(rw(K.IO_READ, 0, 1, { data: bench.buffer(512) })).code).toBe(0)
  expect(bench.eventsOf(DeviceEvent.CommandFinished)[0]!.atPs - from).toBeGreaterThan(PS.s)
})

test.each(['overrun', 'underrun'] as const)('%s cannot be: the command says how much data moves', action => {
  const bench = under({ action, bytes: 100 })
  expect(bench.io(rw(K.IO_READ, 0, 1, { data: bench.buffer(512) })).code).toBe(0)
  expect(bench.eventsOf(DeviceEvent.CommandFinished)).toMatchObject([{ c: HostStatus.ok, d: 512 }])
})

test('the plan is asked once a command, with what a SCSI target would see', () => {
  const bench = new Bench({ moreLuns: [1] })
  bench.start()
  const seen: unknown[] = []
  bench.adapter.faults = {
    decide: (task: ScsiTask) => {
      seen.push([task.target, task.lun, task.tag, task.cdb[0], task.cdbLength])
      return undefined
    },
  }
  const data = bench.buffer(512)
  bench.io(rw(K.IO_READ, 3, 1, { data, nsid: 2 }))
  bench.io(rw(K.IO_READ, 999, 1, { data }))
  bench.page({ opcode: K.ADMIN_IDENTIFY, cdw10: 1 })
  expect(seen).toEqual([[0, 1, 0, 0x88, 16]])
})

test('nothing that lacks a bus is injected', () => {
  const bench = new Bench()
  bench.start()
  bench.adapter.injectReselection()
  expect(bench.events).toEqual([])
})
