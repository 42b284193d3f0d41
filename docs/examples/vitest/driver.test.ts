// A driver's own tests: what it does with one request, on its registers, in its interrupt routine, and under load.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type OpenBench, openBench, readBlocks, writeBlocks } from 'wasm-hba/vitest'

// Your own: what `npx hba build` made.
const driver = process.env.DRIVER ?? 'node_modules/wasm-hba/dist/drivers/reference-queued.wasm'

let bench: OpenBench
beforeEach(async () => {
  bench = await openBench({
    driver,
    drives: [{ errors: [{ lba: 100, blocks: 1, on: 'read' }] }],
    workload: { ios: 100, depth: 8, offset: '1MiB' },
  })
})
afterEach(() => bench.close())

test('what is written can be read', () => {
  const data = new Uint8Array(1024).fill(0xa5)
  expect(bench.send(writeBlocks(0, data))).toHaveSrbStatus('SUCCESS')
  const read = bench.send(readBlocks(0, 2))
  expect(read).toHaveSrbStatus('SUCCESS', { transferred: 1024 })
  expect(read.data).toEqual(data)
})

test('a medium error comes back with its sense data', () => {
  expect(bench.send(readBlocks(100))).toHaveSrbStatus('ERROR', { scsi: 2, sense: { key: 3, asc: 0x11 } })
  expect(bench.send(readBlocks(101))).toHaveSrbStatus('SUCCESS')
})

test('one request is one doorbell and one interrupt, acknowledged in the interrupt routine', () => {
  bench.forget()
  bench.send(readBlocks(0))
  expect(bench).toHaveWritten('DOORBELL', { times: 1, in: 'HwStartIo' })
  expect(bench).toHaveAcknowledged('COMMAND_COMPLETE', { times: 1, in: 'HwInterrupt' })
  expect(bench).toMeetBudget('isr.max=10us', 'startio.max=5us')
})

test('under load every rule and budget holds', () => {
  const report = bench.run()
  expect(report).toHaveNoViolations()
  expect(report).toMeetBudget()
  expect(report.io.miscompares).toBe(0)
})
