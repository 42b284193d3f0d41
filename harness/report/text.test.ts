import { describe, expect, test } from 'vitest'
import { sampleReport } from './testing/sample.ts'
import { textReport } from './text.ts'

describe('textReport', () => {
  test('a run that passes', () => {
    expect(textReport(sampleReport())).toMatchInlineSnapshot(`
      "PASS  two on a line  seed 7, 579 µs of virtual time, cost model 'pcie'

      Drivers
        driver            file                                sha256        adapter           line
        reference-queued  dist/drivers/reference-queued.wasm  0123456789ab  reference 'hba0'  INTA
        reference-dma     dist/drivers/reference-dma.wasm     0123456789ab  reference 'hba1'  INTA
        line INTA: shared by reference-queued, reference-dma; raised 13 times, high for 27.9 µs

      I/O
        driver            submitted  completed  failed   moved  written  verified  wrong
        reference-queued         12         12       0  48 KiB  0 bytes    48 KiB      0
        reference-dma             1          1       0   4 KiB  0 bytes     4 KiB      0
        image compared: disk.img, 64 MiB of 64 MiB, 0 differences

      ISR, virtual time
        HwInterrupt               count      p50      p90      p99    p99.9      max  budget  verdict
        reference-queued claimed     12  2.25 µs  2.75 µs  2.85 µs  2.85 µs  2.85 µs   30 µs  pass
          unclaimed                   1  1.05 µs  1.05 µs  1.05 µs  1.05 µs  1.05 µs    5 µs  pass
          raise → enter                     1 µs     1 µs     1 µs     1 µs     1 µs
        reference-dma claimed         1  25.4 µs  25.4 µs  25.4 µs  25.4 µs  25.4 µs   30 µs  pass
          unclaimed                  12  1.05 µs  1.05 µs  1.05 µs  1.05 µs  1.05 µs    5 µs  pass
          raise → enter                     1 µs     1 µs     1 µs     1 µs     1 µs
        reference-queued: 1.0 reads, 0.9 writes, 93.1 instructions a call; no stalls
        reference-dma: 1.0 reads, 0.1 writes, 16.9 instructions a call; no stalls

      Distribution of all ISR execution times
          duration  calls  percent
          0 – 1 µs      0   0.00 %
          1 – 2 µs     16  61.54 %  ████████████████████████████████████████
          2 – 3 µs      9  34.62 %  ██████████████████████▌
          3 – 4 µs      0   0.00 %
          4 – 5 µs      0   0.00 %
         5 – 10 µs      0   0.00 %
        10 – 25 µs      0   0.00 %
        25 – 50 µs      1   3.85 %  ██▌

      Anatomy of the worst ISR
        HwInterrupt of reference-dma, call 37, at 553 µs, claimed: 25.4 µs
        100 instructions, 1 read, 1 write, no stall
        raise → enter                      1 µs  █▋
        enter → first status read          1 µs  █▋
        first status read → acknowledge  150 ns  ▎
        acknowledge → complete            24 µs  ████████████████████████████████████████
        complete → exit                  200 ns  ▍
        #        at    took  access  name                  value
        1     +1 µs    1 µs  read    INT_STATUS       0x00000001
        2  +1.15 µs  150 ns  write   INT_ACK          0x00000001
           +25.1 µs   24 µs  notify  RequestComplete     SRB #99

      Budgets
        driver            budget              limit   actual  verdict
        reference-queued  isr.max             30 µs  2.85 µs  pass
        reference-queued  isr.unclaimed.max    5 µs  1.05 µs  pass
        reference-queued  isr.stall.max       50 µs     0 ns  pass
        reference-queued  routine.stall.max    1 ms     0 ns  pass
        reference-queued  dpc.max            100 µs        –  none ran
        reference-dma     isr.max             30 µs  25.4 µs  pass
        reference-dma     isr.unclaimed.max    5 µs  1.05 µs  pass
        reference-dma     isr.stall.max       50 µs     0 ns  pass
        reference-dma     routine.stall.max    1 ms     0 ns  pass
        reference-dma     dpc.max            100 µs        –  none ran

      Other routines, virtual time
        driver            routine    count      p50      p90      p99    p99.9      max
        reference-queued  HwStartIo     12  1.20 µs  1.20 µs  1.20 µs  1.20 µs  1.20 µs

      Rules
        1 held, 1 violated, 1 not exercised
        INT-5 error, 2 times by reference-dma: The cause is acknowledged before HwInterrupt returns
          - SRB #99 was completed, but INT_STATUS still shows COMMAND_COMPLETE: it was never acknowledged
            (in HwInterrupt, SRB #99, at 37.5 µs)
              read INT_STATUS (0x10) = 0x00000001
              notify RequestComplete SRB #99
        held: INT-2
        not exercised: INT-8

      wasm-hba 0.1.0, metering 1; trace: 179 events, events lost: 0, hash 02c0cc0cc1526f8d
      rerun: hba run two.json --seed 7
      "
    `)
  })

  test('a broken budget comes first, with the ISR and its accesses', () => {
    const text = textReport(sampleReport(1_000_000))
    expect(text.split('\n\n')[0]).toMatchInlineSnapshot(`
      "FAIL  two on a line  seed 7, 579 µs of virtual time, cost model 'pcie'
        - isr.max of reference-queued: 2.85 µs, limit 1 µs; worst: HwInterrupt call 35 at 548 µs
        - isr.max of reference-dma: 25.4 µs, limit 1 µs; worst: HwInterrupt call 37 at 553 µs"
    `)
  })

  test('names the ISR that broke a budget, with its accesses by name and value', () => {
    const text = textReport(sampleReport(100_000))
    const dma = text.split('\n\n').find(section => section.startsWith('Anatomy of the worst ISR'))
    expect(dma).toContain('HwInterrupt of reference-dma, call 37')
    const queued = text.split('\n\n').find(section => section.startsWith('Worst call for isr.max of reference-queued'))
    expect(queued).toMatchInlineSnapshot(`
      "Worst call for isr.max of reference-queued
        HwInterrupt of reference-queued, call 35, at 548 µs, claimed: 2.85 µs
        100 instructions, 1 read, 1 write, no stall
        raise → enter                       1 µs  ██████████████████████████▋
        enter → first status read           1 µs  ██████████████████████████▋
        first status read → acknowledge   150 ns  ████
        acknowledge → complete           1.50 µs  ████████████████████████████████████████
        complete → exit                   200 ns  █████▍
        #        at     took  access  name                  value
        1     +1 µs     1 µs  read    INT_STATUS       0x00000001
        2  +1.15 µs   150 ns  write   INT_ACK          0x00000001
           +2.65 µs  1.50 µs  notify  RequestComplete     SRB #11"
    `)
  })

  test('what a guest said, why it stopped, what was logged', () => {
    const report = sampleReport()
    const [guest] = report.guests
    guest!.stopped = {
      kind: 'trap',
      routine: 'HwInterrupt',
      functionName: 'reapRing',
      atNs: 1_234_567,
      srb: 17,
      message: 'memory access out of bounds: the address 0x70000010 is a register, not memory',
    }
    guest!.log.push({ atNs: 900_000, code: 11, name: 'SP_INTERNAL_ADAPTER_ERROR', uniqueId: 0x42, count: 3 })
    guest!.debugPrint.push('ring \u001b[31mempty\n')
    guest!.debugPrintOmitted = 1_000
    guest!.adapter.diagnostics.push({
      code: 'ReservedBitsWritten',
      register: 'CONTROL',
      count: 4,
      message: 'driver wrote reserved bits 0x30 of CONTROL (0x08)',
      routine: 'HwStartIo',
    })
    report.findings.push({
      severity: 'warning',
      message: 'the drive is slower than the adapter',
      guest: 'reference-dma',
    })
    report.faults.push({ index: 0, description: 'drop completion of tag 3', fired: 2 })
    const sections = textReport(report).split('\n\n')
    expect(sections.find(s => s.startsWith('Stopped'))).toMatchInlineSnapshot(`
      "Stopped: reference-queued, trap in HwInterrupt (function reapRing) at 1.23 ms, SRB #17
        memory access out of bounds: the address 0x70000010 is a register, not memory
      Diagnostics of hba0 (reference-queued)
        - driver wrote reserved bits 0x30 of CONTROL (0x08), first in HwStartIo (4 times)
      ScsiPortLogError of reference-queued
        error                      code        unique id   count  first at
        SP_INTERNAL_ADAPTER_ERROR  0x0000000b  0x00000042      3    900 µs
      Output of reference-queued
        ring \\x1b[31mempty
        … and 1,000 more lines"
    `)
    expect(sections.find(s => s.startsWith('warning'))).toMatchInlineSnapshot(`
      "warning: reference-dma: the drive is slower than the adapter
      fault: drop completion of tag 3: fired 2 times"
    `)
  })

  test('host figures stand beside their noise floor', () => {
    const report = sampleReport()
    const figures = { p50: 400, p90: 500, p99: 800, p999: 3_000, max: 120_000, timerOverheadNs: 38 }
    report.isr.hostNs = figures
    report.isr.noiseFloorNs = { p50: 50, p99: 90, max: 832_000 }
    report.guests[0]!.isr.hostNs = figures
    expect(
      textReport(report)
        .split('\n\n')
        .find(s => s.startsWith('ISR, host')),
    ).toMatchInlineSnapshot(`
      "ISR, host time (information, no verdict; timer overhead 38 ns, subtracted)
        HwInterrupt                p50     p90     p99  p99.9     max
        reference-queued        400 ns  500 ns  800 ns   3 µs  120 µs
        noise floor (null ISR)   50 ns           90 ns         832 µs"
    `)
  })

  test('no data says so', () => {
    const report = sampleReport()
    report.verdict = 'no-data'
    report.reasons = ['no ISR ran: there is nothing to judge']
    for (const isr of [report.isr, ...report.guests.map(g => g.isr)])
      Object.assign(isr, { count: 0, claimed: 0, unclaimed: 0, virtualNs: null, unclaimedNs: null, worst: null })
    const text = textReport(report)
    expect(text.split('\n\n')[0]).toMatchInlineSnapshot(`
      "NO DATA  two on a line  seed 7, 579 µs of virtual time, cost model 'pcie'
        - no ISR ran: there is nothing to judge"
    `)
    expect(text).not.toContain('Anatomy')
    expect(text).not.toContain('NaN')
  })

  test('long names and interrupt storms fit as well', () => {
    const report = sampleReport()
    const long = 'an-adapter-with-a-name-that-somebody-thought-about'
    report.lines = [{ name: 'INTA', guests: [long, `${long}-2`], raised: 1_000_000, assertedNs: 1, storms: 1 }]
    report.guests[0]!.stopped = {
      kind: 'instruction limit',
      routine: 'HwInterrupt',
      functionName: 'some/module/path/to/driver/waitForTheLastCompletion',
      atNs: 1,
      srb: 1,
      message: 'm '.repeat(200),
    }
    const text = textReport(report)
    expect(text.split('\n').filter(line => line.length > 100)).toEqual([])
    expect(text).toContain('\n    interrupt storms: 1\n')
  })

  test('fits 100 columns and hands no control character to the terminal', () => {
    for (const text of [textReport(sampleReport()), textReport(sampleReport(100_000))]) {
      expect(text.split('\n').filter(line => line.length > 100)).toEqual([])
      expect(text).not.toMatch(/[^\P{Cc}\n]/u)
    }
  })

  test('emphasis changes no character of the text', () => {
    const styled = textReport(sampleReport(100_000), (emphasis, text) => `<${emphasis}>${text}</>`)
    expect(styled).toContain('<bad>FAIL</>')
    expect(styled.replaceAll(/<\/?\w*>/g, '')).toBe(textReport(sampleReport(100_000)))
  })
})
