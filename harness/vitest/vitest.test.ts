// openBench and the matchers: on drivers that are right, and on twins that are not, with what the messages show.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { inquiry, openBench, readBlocks, readCapacity, testUnitReady, writeBlocks } from './index.ts'

const DRIVERS = join(import.meta.dirname, '../../dist/drivers')
const QUEUED = join(DRIVERS, 'reference-queued.wasm')
const faulty = (rule: string): string => join(DRIVERS, `faulty/${rule}.wasm`)
const workload = { ios: 40, depth: 4 }

const failure = (assertion: () => void): string => {
  try {
    assertion()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it did not fail')
}

describe('a bench', () => {
  test('boots a driver, sends requests, runs the workload, reports', async () => {
    using bench = await openBench({ driver: pathToFileURL(QUEUED), workload })
    expect(bench.bootFailure).toBeUndefined()
    const data = Uint8Array.from({ length: 1024 }, (_, n) => n & 0xff)
    expect(bench.send(writeBlocks(7, data))).toHaveSrbStatus('SUCCESS', { scsi: 0, transferred: 1024 })
    const read = bench.send(readBlocks(7, 2))
    expect(read).toHaveSrbStatus('SUCCESS')
    expect(read.data).toEqual(data)
    expect(read.doneNs).toBeGreaterThan(read.queuedNs)
    expect(bench.send(testUnitReady()).name).toMatch(/^SRB #\d+ \(TEST UNIT READY to target 0 LUN 0\)$/)
    expect([...bench.send(inquiry()).data.subarray(8, 16)].every(byte => byte >= 0x20)).toBe(true)
    expect(bench.send(readCapacity()).data).toHaveLength(8)
    const report = bench.run()
    expect(report).toHaveNoViolations({ strict: true })
    expect(report).toMeetBudget()
    expect(report.io).toMatchObject({ failed: 0, miscompares: 0 })
    expect(report.verdict).toBe('pass')
    expect(() => bench.send(testUnitReady())).toThrow('this bench is closed')
    expect(bench.report()).toBe(report)
  })

  test('the same every time', async () => {
    const hash = async (): Promise<string> => {
      using bench = await openBench({ driver: QUEUED, workload, seed: 5 })
      bench.send(readBlocks(0))
      return bench.run().trace.hash
    }
    expect(await hash()).toBe(await hash())
  })

  test('several requests at once; a failed one brings its sense data, and the next ones work', async () => {
    using bench = await openBench({ driver: QUEUED, drives: [{ errors: [{ lba: 100, blocks: 1, on: 'read' }] }] })
    const [good, bad, after] = bench.sendAll([readBlocks(0), readBlocks(100), readBlocks(200)])
    expect(good).toHaveSrbStatus('SUCCESS')
    expect(bad).toHaveSrbStatus('ERROR', { scsi: 2, sense: { key: 3 } })
    expect(bad).not.toHaveSrbStatus('SUCCESS')
    expect(after).toHaveSrbStatus('SUCCESS')
    expect(failure(() => expect(bad).toHaveSrbStatus('SUCCESS'))).toMatch(
      /^expected SRB #\d+ \(READ\(10\) to target 0 LUN 0, 512 bytes\) to come back with SRB_STATUS_SUCCESS\n {2}it came back after .* with SRB_STATUS_ERROR, SCSI status 0x02, .* sense 0x03\/0x11\/0x00 \(SRB status\)\n {2}before that:\n {4}.* before: /,
    )
    expect(bench.send(readBlocks(0, 1, { target: 3 }))).toHaveSrbStatus('SELECTION_TIMEOUT')
    // Not what `not` would be pleased with.
    expect(() => expect(good).not.toHaveSrbStatus('SUCESS' as 'SUCCESS')).toThrow(
      "unknown SRB status 'SUCESS': did you mean 'SUCCESS'?",
    )
  })

  test('on the adapter the driver asks for, or the one named, with other drivers beside it', async () => {
    const neighbours = [{ kind: 'reference' as const, driver: join(DRIVERS, 'reference-dma.wasm') }]
    using bench = await openBench({ driver: QUEUED, adapter: { autosense: true }, neighbours })
    expect(bench.machine.stations).toHaveLength(2)
    expect(bench.send(readBlocks(0))).toHaveSrbStatus('SUCCESS')
    await expect(openBench({ driver: QUEUED, adapter: 'buslogc' })).rejects.toThrow('buslogic')
    const misspelt = openBench({ driver: QUEUED, sed: 1 } as Parameters<typeof openBench>[0])
    await expect(misspelt).rejects.toThrow(
      /^openBench: unknown option 'sed': did you mean 'seed'\? Allowed: driver, adapter,/,
    )
    await expect(openBench({ driver: 'nowhere.wasm' })).rejects.toThrow("the driver 'nowhere.wasm' cannot be read")
    expect(() => bench.send(readBlocks(0, 4000))).toThrow(/moves at most \d+ bytes, found 2048000/)
  })

  test('time passes when it is told to', async () => {
    using bench = await openBench({ driver: QUEUED })
    const before = bench.nowNs
    bench.wait('15ms')
    expect(bench.nowNs - before).toBe(15e6)
  })
})

describe('matchers', () => {
  test('registers that were written', async () => {
    using bench = await openBench({ driver: QUEUED })
    bench.forget()
    bench.send(readBlocks(0))
    expect(bench).toHaveWritten('DOORBELL', { times: 1, in: 'HwStartIo' })
    expect(bench).toHaveWritten('INT_ACK', 1)
    expect(bench).toHaveWritten('INT_ACK', { value: 0xff01, mask: 0xff })
    expect(bench).not.toHaveWritten('INT_ACK', 2)
    expect(bench).not.toHaveWritten('DOORBELL', { in: 'HwInterrupt' })
    const message = failure(() => expect(bench).toHaveWritten('INT_ACK', { value: 4, times: 2 }))
    expect(message).toMatch(
      /^expected the driver to have written INT_ACK with 0x00000004 2 times, it did so never\n {2}seen:\n {4}\S+ .?s ago, HwInterrupt #\d+: 0x00000001\n {2}the driver did last:\n/,
    )
    expect(message).toContain('    HwInterrupt returned 1')
    expect(failure(() => expect(bench).toHaveWritten('INT_ACK', { times: 1, value: 4 }))).toContain(
      ' 1 time, it did so never',
    )
    expect(() => expect(bench).toHaveWritten('INT_AKC')).toThrow('INT_ACK')
    expect(() => expect(bench).toHaveWritten('INT_ACK', { in: 'HwInterupt' })).toThrow('HwInterrupt')
  })

  test('causes that were acknowledged', async () => {
    using bench = await openBench({ driver: QUEUED })
    bench.send(readBlocks(0))
    expect(bench).toHaveAcknowledged('COMMAND_COMPLETE', { in: 'HwInterrupt' })
    expect(bench).toHaveAcknowledged()
    expect(bench).not.toHaveAcknowledged('BUS_RESET')
    expect(() => expect(bench).toHaveAcknowledged('COMMAND_COMPLET')).toThrow('COMMAND_COMPLETE')
    const message = failure(() => expect(bench).toHaveAcknowledged('COMMAND_COMPLETE', { in: 'HwStartIo' }))
    expect(message).toMatch(
      /acknowledged COMMAND_COMPLETE in HwStartIo, it did so never\n.*\n.*(raised|cleared) COMMAND_COMPLETE/,
    )
  })

  test('rules: the twin that acknowledges late', async () => {
    using bench = await openBench({ driver: faulty('INT-5'), workload })
    bench.send(readBlocks(0))
    const message = failure(() => expect(bench).toHaveNoViolations())
    expect(message).toMatch(/^expected no rule to be violated, found INT-5:\n\nINT-5, \d+ times: HwInterrupt dismisses/)
    expect(message).toMatch(/before: read INT_STATUS \(0x10\): 0x00000001\n/)
    expect(bench).toHaveNoViolations({ except: ['INT-5'] })
    expect(() => expect(bench).toHaveNoViolations({ except: ['INT-55'] })).toThrow('INT-5')
    expect(failure(() => expect(bench.run()).toHaveNoViolations())).toContain('found INT-5:')
  })

  test('budgets: with the anatomy of the call that broke one', async () => {
    using bench = await openBench({ driver: QUEUED, workload })
    bench.send(readBlocks(0))
    expect(bench).toMeetBudget('isr.max=10us', 'startio.p99=5us')
    expect(bench).not.toMeetBudget('isr.max=100ns')
    const message = failure(() => expect(bench).toMeetBudget('isr.max=100ns'))
    expect(message).toMatch(/isr\.max of 100 ns: \d\.\d+ µs\n/)
    expect(message).toMatch(/Anatomy of the call that broke isr\.max\n {2}HwInterrupt of reference-queued, call \d+/)
    expect(message).toMatch(/read +INT_STATUS +0x0000000\d/)
    expect(() => expect(bench).toMeetBudget('isr.mx=1us')).toThrow(
      "toMeetBudget: unknown budget 'isr.mx': did you mean 'isr.max'?",
    )
    expect(() => expect(bench.run()).toMeetBudget('isr.max=1us')).toThrow('budgets of its scenario')
  })

  test('are for what they are for', () => {
    for (const assertion of [
      () => expect(1).toMeetBudget(),
      () => expect({}).toHaveNoViolations(),
      () => expect(null).toHaveSrbStatus('SUCCESS'),
      () => expect('bench').toHaveWritten('INT_ACK'),
      () => expect([]).toHaveAcknowledged(),
    ])
      expect(failure(assertion)).toMatch(/^to\w+ is for what /)
  })
})
