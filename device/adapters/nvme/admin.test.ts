// Admin commands: Identify, log pages, features, abort, asynchronous events, and what is refused.

import { describe, expect, test } from 'vitest'
import { ErrorStore } from '../../block/error-store.ts'
import { RamStore } from '../../block/ram-store.ts'
import { fixedLatency, StoreResult } from '../../block/store.ts'
import type { Bytes } from '../../bytes.ts'
import { PS } from '../../clock.ts'
import { le16, le32, le64 } from '../../little-endian.ts'
import { DeviceEvent, DiagnosticCode, HostStatus } from '../../probe.ts'
import { Disk } from '../../scsi/disk.ts'
import { K } from './format.ts'
import { Bench, type BenchOptions, rw } from './testing/bench.ts'

const slow = { latency: fixedLatency({ readPs: PS.ms, writePs: PS.ms }) }
const OK = { code: 0, flags: 0 }
const final = (code: number) => ({ code, flags: K.STATUS_DNR })
const ascii = (data: Bytes, at: number, length: number) =>
  String.fromCharCode(...data.subarray(at, at + length)).trimEnd()

function enabled(options: BenchOptions = {}): Bench {
  const bench = new Bench(options)
  bench.enable()
  bench.events.length = 0
  return bench
}

describe('identify', () => {
  test('controller', () => {
    const { completion, data } = enabled().page({ opcode: K.ADMIN_IDENTIFY, cdw10: K.CNS_CONTROLLER })
    expect(completion).toMatchObject(OK)
    expect(le16(data, K.CTRL_VID)).toBe(0x1b36)
    expect([ascii(data, K.CTRL_SERIAL, 20), ascii(data, K.CTRL_MODEL, 40), ascii(data, K.CTRL_FIRMWARE, 8)]).toEqual([
      'hba',
      'WASM-HBA NVME CONTROLLER',
      '1.0',
    ])
    expect([data[K.CTRL_MDTS], data[K.CTRL_SQES], data[K.CTRL_CQES], le32(data, K.CTRL_NN)]).toEqual([
      8, 0x66, 0x44, 16,
    ])
    expect([le16(data, K.CTRL_OACS), le16(data, K.CTRL_ONCS), data[K.CTRL_VWC]]).toEqual([0, 0x1d, 7])
    expect([data[K.CTRL_ACL], data[K.CTRL_AERL], data[K.CTRL_ELPE], le32(data, K.CTRL_VER)]).toEqual([
      3, 3, 15, 0x10400,
    ])
    expect([le16(data, 522), le32(data, 536)]).toEqual([0, 0]) // no fused operations, no scatter/gather lists
  })

  test('namespace', () => {
    const bench = enabled({ blocks: 1000, blockBytes: 4096, readOnly: true })
    const { completion, data } = bench.page({ opcode: K.ADMIN_IDENTIFY, cdw10: K.CNS_NAMESPACE, nsid: 1 })
    expect(completion).toMatchObject(OK)
    expect([le64(data, K.NS_NSZE), le64(data, K.NS_NCAP), le64(data, K.NS_NUSE)]).toEqual([1000, 1000, 1000])
    expect([data[K.NS_NLBAF], data[K.NS_FLBAS], data[K.NS_LBAF0 + 2], data[K.NS_NSATTR]]).toEqual([0, 0, 12, 1])
    expect(data[K.NS_NSFEAT]).toBe(1)
  })

  test('an inactive namespace is all zeros', () => {
    const { completion, data } = enabled().page({ opcode: K.ADMIN_IDENTIFY, cdw10: K.CNS_NAMESPACE, nsid: 2 })
    expect(completion).toMatchObject(OK)
    expect(data.every(byte => byte === 0)).toBe(true)
  })

  test.each([
    [0, [1, 3, 8]],
    [1, [3, 8]],
    [7, [8]],
    [8, []],
    [16, []],
  ])('the list of active namespaces above %d', (nsid, wanted) => {
    const bench = enabled({ moreLuns: [2, 7] })
    const { data } = bench.page({ opcode: K.ADMIN_IDENTIFY, cdw10: K.CNS_ACTIVE_LIST, nsid })
    expect([0, 4, 8, 12].map(at => le32(data, at)).filter(n => n !== 0)).toEqual(wanted)
  })

  test('identifiers of a namespace agree with its EUI64', () => {
    const bench = enabled({ moreLuns: [1] })
    const list = bench.page({ opcode: K.ADMIN_IDENTIFY, cdw10: K.CNS_DESCRIPTORS, nsid: 2 }).data
    const namespace = bench.page({ opcode: K.ADMIN_IDENTIFY, cdw10: K.CNS_NAMESPACE, nsid: 2 }).data
    expect([list[0], list[1], list[12], list[13]]).toEqual([1, 8, 0, 0])
    expect(list.slice(4, 12)).toEqual(namespace.slice(K.NS_EUI64, K.NS_EUI64 + 8))
    expect(le32(list, 4)).not.toBe(0)
  })

  test('NN grows with the drives', () => {
    const { data } = enabled({ moreLuns: [40] }).page({ opcode: K.ADMIN_IDENTIFY, cdw10: K.CNS_CONTROLLER })
    expect(le32(data, K.CTRL_NN)).toBe(41)
  })

  test('across two pages by PRP2, and errors of the PRPs', () => {
    const bench = enabled()
    const data = bench.buffer(4096, 3, 512)
    expect(bench.admin({ opcode: K.ADMIN_IDENTIFY, cdw10: 1, ...bench.prps(data, 4096) })).toMatchObject(OK)
    expect(le16(bench.memory, data)).toBe(0x1b36)
    expect(bench.memory[data + K.CTRL_SQES]).toBe(0x66)
    const prp2 = bench.pa(data) + 4
    expect(bench.admin({ opcode: K.ADMIN_IDENTIFY, cdw10: 1, prp1: bench.pa(data), prp2 })).toMatchObject(
      final(K.STATUS_PRP_OFFSET_INVALID),
    )
    expect(bench.admin({ opcode: K.ADMIN_IDENTIFY, cdw10: 1, prp1: 0x1234_5000 })).toMatchObject({
      code: K.STATUS_DATA_TRANSFER_ERROR,
    })
  })
})

describe('what is refused', () => {
  const bench = enabled()
  const data = bench.buffer(4096)
  const identify = (cdw10: number, nsid: number) => ({ opcode: K.ADMIN_IDENTIFY, cdw10, nsid, data })
  const log = (page: number, more = {}) => ({ opcode: K.ADMIN_GET_LOG_PAGE, cdw10: page | (127 << 16), data, ...more })
  const set = (cdw10: number, cdw11 = 0, nsid = 0) => ({ opcode: K.ADMIN_SET_FEATURES, cdw10, cdw11, nsid })
  const get = (cdw10: number, cdw11 = 0, nsid = 0) => ({ opcode: K.ADMIN_GET_FEATURES, cdw10, cdw11, nsid })
  test.each([
    ['format NVM', { opcode: K.ADMIN_FORMAT_NVM, nsid: 1 }, K.STATUS_INVALID_OPCODE],
    ['firmware commit', { opcode: 0x10 }, K.STATUS_INVALID_OPCODE],
    ['firmware download', { opcode: 0x11 }, K.STATUS_INVALID_OPCODE],
    ['namespace management', { opcode: 0x0d }, K.STATUS_INVALID_OPCODE],
    ['security send', { opcode: 0x81 }, K.STATUS_INVALID_OPCODE],
    ['a vendor command', { opcode: 0xc0 }, K.STATUS_INVALID_OPCODE],
    ['a scatter/gather list', { ...identify(1, 0), flags: 0x40 }, K.STATUS_INVALID_FIELD],
    ['identify: an unknown CNS', identify(0x7f, 0), K.STATUS_INVALID_FIELD],
    ['identify namespace 0', identify(0, 0), K.STATUS_INVALID_NAMESPACE],
    ['identify a namespace above NN', identify(0, 17), K.STATUS_INVALID_NAMESPACE],
    ['identify all namespaces', identify(0, 0xffff_ffff), K.STATUS_INVALID_NAMESPACE],
    ['a list above the largest NSID there can be', identify(2, 0xffff_fffe), K.STATUS_INVALID_NAMESPACE],
    ['identifiers of an inactive namespace', identify(3, 2), K.STATUS_INVALID_FIELD],
    ['log page 0', log(0), K.STATUS_INVALID_LOG_PAGE],
    ['a vendor log page', log(0xc0), K.STATUS_INVALID_LOG_PAGE],
    ['a log offset that is no multiple of 4', log(K.LOG_SMART, { cdw12: 2 }), K.STATUS_INVALID_FIELD],
    ['a log offset beyond the page', log(K.LOG_SMART, { cdw12: 516 }), K.STATUS_INVALID_FIELD],
    ['a log longer than MDTS', log(K.LOG_SMART, { cdw11: 0x10 }), K.STATUS_INVALID_FIELD],
    ['feature 0', set(0), K.STATUS_INVALID_FIELD],
    ['LBA range type', get(3), K.STATUS_INVALID_FIELD],
    ['a vendor feature', get(0xc0), K.STATUS_INVALID_FIELD],
    ['saving a feature', set(K.FEATURE_ARBITRATION | K.FEATURE_SAVE), K.STATUS_FEATURE_NOT_SAVEABLE],
    ['a feature of the controller for a namespace', set(K.FEATURE_ARBITRATION, 0, 1), K.STATUS_FEATURE_NOT_NAMESPACE],
    ['a feature for a namespace above NN', set(K.FEATURE_ARBITRATION, 0, 99), K.STATUS_INVALID_NAMESPACE],
    ['error recovery without a namespace', get(K.FEATURE_ERROR_RECOVERY), K.STATUS_INVALID_NAMESPACE],
    ['error recovery of an inactive namespace', set(K.FEATURE_ERROR_RECOVERY, 0, 2), K.STATUS_INVALID_FIELD],
    ['errors for deallocated blocks', set(K.FEATURE_ERROR_RECOVERY, 0x1_0000, 1), K.STATUS_INVALID_FIELD],
    ['a power state that is not there', set(K.FEATURE_POWER_MANAGEMENT, 1), K.STATUS_INVALID_FIELD],
    ['a temperature sensor that is not there', set(K.FEATURE_TEMPERATURE, 0x0003_0000), K.STATUS_INVALID_FIELD],
    ['a temperature threshold of no kind', get(K.FEATURE_TEMPERATURE, 0x0020_0000), K.STATUS_INVALID_FIELD],
    ['65536 queues', set(K.FEATURE_QUEUES, 0xffff), K.STATUS_INVALID_FIELD],
    ['a vector that is not there', set(K.FEATURE_VECTOR, 1), K.STATUS_INVALID_FIELD],
    ['a select that is none', get(K.FEATURE_ARBITRATION | 0x400), K.STATUS_INVALID_FIELD],
    ['an abort on a queue that is not there', { opcode: K.ADMIN_ABORT, cdw10: 9 }, K.STATUS_INVALID_FIELD],
  ])('%s', (_name, entry, code) => {
    expect(bench.admin(entry)).toMatchObject(final(code))
  })
})

describe('features', () => {
  test.each([
    ['arbitration', K.FEATURE_ARBITRATION, 0x0102_0304, 0, 7],
    ['error recovery', K.FEATURE_ERROR_RECOVERY, 0x1234, 1, 0],
    ['coalescing', K.FEATURE_COALESCING, 0x0a0b, 0, 0],
    ['vector', K.FEATURE_VECTOR, 0x1_0000, 0, 0],
    ['atomicity', K.FEATURE_WRITE_ATOMICITY, 1, 0, 0],
    ['events', K.FEATURE_ASYNC_EVENT, 0x102, 0, 0x1ff],
    ['temperature', K.FEATURE_TEMPERATURE, 400, 0, 343],
  ])('%s: default, set, get', (_name, feature, value, nsid, wanted) => {
    const bench = enabled()
    const get = (select: number) =>
      bench.admin({ opcode: K.ADMIN_GET_FEATURES, cdw10: feature | (select << 8), nsid }).result
    expect([get(0), get(1), get(2)]).toEqual([wanted, wanted, wanted])
    expect(bench.admin({ opcode: K.ADMIN_SET_FEATURES, cdw10: feature, cdw11: value, nsid })).toMatchObject(OK)
    expect([get(0), get(1), get(3)]).toEqual([value, wanted, nsid === 1 ? 6 : 4])
  })

  test('the number of queues is always 16, until the first is there', () => {
    const bench = enabled()
    const set = { opcode: K.ADMIN_SET_FEATURES, cdw10: K.FEATURE_QUEUES, cdw11: 0x0003_0003 }
    expect(bench.admin(set)).toMatchObject({ ...OK, result: 0x000f_000f })
    expect(bench.admin({ ...set, opcode: K.ADMIN_GET_FEATURES })).toMatchObject({ ...OK, result: 0x000f_000f })
    bench.createPair(1)
    expect(bench.admin(set)).toMatchObject(final(K.STATUS_SEQUENCE_ERROR))
  })

  test("the volatile write cache is the drives'", () => {
    const bench = enabled({ moreLuns: [1] })
    const get = () => bench.admin({ opcode: K.ADMIN_GET_FEATURES, cdw10: K.FEATURE_WRITE_CACHE }).result
    expect(get()).toBe(1)
    expect(bench.admin({ opcode: K.ADMIN_SET_FEATURES, cdw10: K.FEATURE_WRITE_CACHE, cdw11: 0 })).toMatchObject(OK)
    expect([get(), bench.disk.writeCache, (bench.bus.unit(0, 1) as Disk).writeCache]).toEqual([0, false, false])
    bench.admin({ opcode: K.ADMIN_SET_FEATURES, cdw10: K.FEATURE_WRITE_CACHE, cdw11: 1 })
    expect([get(), bench.disk.writeCache]).toEqual([1, true])
    bench.admin({ opcode: K.ADMIN_SET_FEATURES, cdw10: K.FEATURE_WRITE_CACHE, cdw11: 0 })
    bench.write('CC', 0)
    bench.settle()
    bench.enable()
    expect([get(), bench.disk.writeCache]).toEqual([1, true])
  })
})

describe('log pages', () => {
  const log = (bench: Bench, page: number, bytes: number, more: { offset?: number; keep?: boolean } = {}) =>
    bench.page({
      opcode: K.ADMIN_GET_LOG_PAGE,
      cdw10: page | ((bytes / 4 - 1) << 16) | (more.keep ? 0x8000 : 0),
      cdw12: more.offset ?? 0,
    })

  test('errors, newest first, and SMART counts', () => {
    const store = new ErrorStore(new RamStore({ blocks: 64 }), [
      { lba: 9, blocks: 2, on: 'read', result: StoreResult.mediumError },
    ])
    const bench = new Bench({ store })
    bench.start()
    const data = bench.buffer(4096)
    bench.io(rw(K.IO_WRITE, 0, 8, { data }))
    bench.io(rw(K.IO_READ, 0, 8, { data }))
    bench.io(rw(K.IO_READ, 9, 1, { data, cid: 77 }))
    bench.io(rw(K.IO_READ, 10, 1, { data, cid: 78 }))
    const errors = log(bench, K.LOG_ERROR, 192).data
    expect([le64(errors, 0), le64(errors, 64), le64(errors, 128)]).toEqual([2, 1, 0])
    expect([le16(errors, 8), le16(errors, 10), le64(errors, 16), le32(errors, 24)]).toEqual([1, 78, 10, 1])
    expect((le16(errors, 12) >> 1) & 0x7ff).toBe(K.STATUS_UNRECOVERED_READ)
    const smart = log(bench, K.LOG_SMART, 512).data
    expect([smart[0], le16(smart, 1), smart[3]]).toEqual([0, 313, 100])
    expect([32, 48, 64, 80, 160, 176].map(at => le64(smart, at))).toEqual([1, 1, 3, 1, 2, 2])
  })

  test('part of a page, from an offset', () => {
    const bench = enabled()
    const whole = log(bench, K.LOG_FIRMWARE, 512).data
    expect([whole[0], ascii(whole, 8, 8)]).toEqual([1, '1.0'])
    const part = log(bench, K.LOG_FIRMWARE, 8, { offset: 8 }).data
    expect([ascii(part, 0, 8), part[8]]).toEqual(['1.0', 0xee])
    // No more than there is, whatever is asked.
    expect(log(bench, K.LOG_SMART, 1024).data[512]).toBe(0xee)
  })

  test('changed namespaces, until they were read', () => {
    const bench = enabled()
    const disk = new Disk({ label: 'late', store: new RamStore({ blocks: 8 }) })
    bench.bus.attach(0, 4, disk)
    bench.bus.attach(0, 2, new Disk({ label: 'later', store: new RamStore({ blocks: 8 }) }))
    const list = (keep: boolean) => {
      const { data } = log(bench, K.LOG_CHANGED_NAMESPACES, 4096, { keep })
      return [0, 4, 8].map(at => le32(data, at))
    }
    expect(list(true)).toEqual([3, 5, 0])
    expect(list(false)).toEqual([3, 5, 0])
    expect(list(false)).toEqual([0, 0, 0])
  })
})

describe('abort', () => {
  test('a command on its way ends with Command Abort Requested', () => {
    const bench = new Bench(slow)
    bench.start()
    const data = bench.buffer(512)
    bench.submit(1, rw(K.IO_READ, 0, 1, { data, cid: 9 }))
    bench.advance(10 * PS.us)
    bench.submit(0, { opcode: K.ADMIN_ABORT, cdw10: 1 | (9 << 16) })
    bench.advance(10 * PS.us)
    expect(bench.take(0)).toMatchObject([{ ...OK, result: 0 }])
    expect(bench.take(1)).toMatchObject([{ cid: 9, code: K.STATUS_ABORTED, flags: 0 }])
    expect(bench.eventsOf(DeviceEvent.CommandFinished)).toMatchObject([{ c: HostStatus.aborted }])
    bench.settle()
    expect(bench.take(1)).toEqual([])
  })

  test.each([
    ['that is not there', 1 | (9 << 16)],
    ['on the admin queue that is not there', 0 | (9 << 16)],
  ])('a command %s is not aborted, and that is no error', (_name, cdw10) => {
    const bench = new Bench()
    bench.start()
    expect(bench.admin({ opcode: K.ADMIN_ABORT, cdw10 })).toMatchObject({ ...OK, result: 1 })
  })

  test('an event request can be aborted', () => {
    const bench = enabled()
    bench.submit(0, { opcode: K.ADMIN_ASYNC_EVENT, cid: 3 })
    bench.settle()
    bench.submit(0, { opcode: K.ADMIN_ABORT, cdw10: 3 << 16, cid: 4 })
    bench.settle()
    expect(bench.take(0)).toMatchObject([
      { cid: 3, code: K.STATUS_ABORTED },
      { cid: 4, ...OK, result: 0 },
    ])
  })
})

test('an event request is not aborted while there is no room for two completions', () => {
  const bench = new Bench()
  bench.enable({ sqSize: 16, cqSize: 3 })
  bench.submit(0, { opcode: K.ADMIN_ASYNC_EVENT, cid: 3 })
  bench.submit(0, { opcode: K.ADMIN_GET_FEATURES, cdw10: K.FEATURE_QUEUES, cid: 4 })
  bench.submit(0, { opcode: K.ADMIN_ABORT, cdw10: 3 << 16, cid: 5 })
  bench.settle()
  expect(bench.take(0)).toMatchObject([{ cid: 4 }, { cid: 5, ...OK, result: 1 }])
  bench.submit(0, { opcode: K.ADMIN_ABORT, cdw10: 3 << 16, cid: 6 })
  bench.settle()
  expect(bench.take(0)).toMatchObject([
    { cid: 3, code: K.STATUS_ABORTED },
    { cid: 6, result: 0 },
  ])
})

describe('asynchronous events', () => {
  const wait = (bench: Bench, cid = 1): void => {
    bench.submit(0, { opcode: K.ADMIN_ASYNC_EVENT, cid })
    bench.settle()
  }

  test('a request waits; the fifth is one too many', () => {
    const bench = enabled()
    for (let cid = 0; cid < 4; cid++) wait(bench, cid)
    expect(bench.take(0)).toEqual([])
    wait(bench, 4)
    expect(bench.take(0)).toMatchObject([{ cid: 4, ...final(K.STATUS_EVENT_LIMIT) }])
    wait(bench, 0)
    expect(bench.take(0)).toMatchObject([{ cid: 0, ...final(K.STATUS_CID_CONFLICT) }])
  })

  test.each([
    ['a value out of range', 'SQ0_TAIL', 32, 0x01_0100],
    ['a queue that is not there', 'SQ5_TAIL', 1, 0x01_0000],
    ['a head over entries that were not posted', 'CQ0_HEAD', 20, 0x01_0100],
  ])('a doorbell: %s', (_name, register, value, result) => {
    const bench = enabled()
    wait(bench)
    bench.write(register, value)
    bench.settle()
    expect(bench.take(0)).toMatchObject([{ cid: 1, ...OK, result }])
    expect(bench.diagnostics()).toEqual([DiagnosticCode.BadDoorbell])
  })

  test('of one type, one event until its log page was read', () => {
    const bench = enabled()
    wait(bench, 1)
    wait(bench, 2)
    bench.write('SQ5_TAIL', 1)
    bench.settle()
    expect(bench.take(0)).toHaveLength(1)
    bench.write('SQ0_TAIL', 999)
    bench.settle()
    expect(bench.take(0)).toEqual([])
    const data = bench.buffer(64)
    bench.submit(0, { opcode: K.ADMIN_GET_LOG_PAGE, cdw10: K.LOG_ERROR | (15 << 16), data })
    bench.settle()
    // The page has told of both; what comes from now on is an event again.
    expect(bench.take(0)).toMatchObject([OK])
    bench.write('SQ0_TAIL', 999)
    bench.settle()
    expect(bench.take(0)).toMatchObject([{ cid: 2, result: 0x01_0100 }])
  })

  test('a drive that comes or goes is a notice, told once', () => {
    const bench = enabled()
    wait(bench)
    const disk = new Disk({ label: 'late', store: new RamStore({ blocks: 8 }) })
    bench.bus.attach(0, 1, disk)
    bench.bus.detach(0, 1)
    bench.settle()
    expect(bench.take(0)).toMatchObject([{ result: 0x04_0002 }])
    bench.bus.attach(0, 1, disk)
    bench.createPair(1)
    expect(bench.io(rw(K.IO_READ, 7, 1, { nsid: 2, data: bench.buffer(512) }))).toMatchObject(OK)
  })

  test('an event waits for its request', () => {
    const bench = enabled()
    bench.bus.detach(0, 0)
    bench.settle()
    expect(bench.take(0)).toEqual([])
    wait(bench)
    expect(bench.take(0)).toMatchObject([{ result: 0x04_0002 }])
  })

  test('notices can be turned off', () => {
    const bench = enabled()
    bench.admin({ opcode: K.ADMIN_SET_FEATURES, cdw10: K.FEATURE_ASYNC_EVENT, cdw11: 0 })
    wait(bench)
    bench.bus.detach(0, 0)
    bench.settle()
    expect(bench.take(0)).toEqual([])
  })

  test('a temperature threshold below the temperature is a SMART event and a warning', () => {
    const bench = enabled()
    wait(bench)
    bench.submit(0, { opcode: K.ADMIN_SET_FEATURES, cdw10: K.FEATURE_TEMPERATURE, cdw11: 300 })
    bench.settle()
    expect(bench.take(0)).toMatchObject([OK, { cid: 1, result: 0x02_0101 }])
    const data = bench.buffer(512)
    bench.admin({ opcode: K.ADMIN_GET_LOG_PAGE, cdw10: K.LOG_SMART | (127 << 16), data })
    expect(bench.memory[data]).toBe(2)
  })

  test('injected causes: a notice without a change, if somebody asked', () => {
    const bench = enabled()
    bench.adapter.injectCauses()
    bench.settle()
    wait(bench)
    expect(bench.take(0)).toHaveLength(1)
  })
})

test('the admin completion queue may be full: what is left waits', () => {
  const bench = new Bench()
  bench.enable({ sqSize: 16, cqSize: 3 })
  for (let i = 0; i < 6; i++) bench.put(0, { opcode: K.ADMIN_GET_FEATURES, cdw10: K.FEATURE_QUEUES, cid: i })
  bench.ring(0)
  const seen: number[] = []
  for (let round = 0; round < 6; round++) {
    bench.settle()
    seen.push(...bench.take(0).map(c => c.cid))
  }
  expect(seen).toEqual([0, 1, 2, 3, 4, 5])
})

test('admin commands are no commands of the trace', () => {
  const bench = enabled()
  bench.page({ opcode: K.ADMIN_IDENTIFY, cdw10: 1 })
  expect(bench.eventsOf(DeviceEvent.CommandFetched)).toEqual([])
  expect(bench.eventsOf(DeviceEvent.CommandFinished)).toEqual([])
})
