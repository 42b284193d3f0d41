import { describe, expect, it } from 'vitest'
import { DeviceEvent } from '../../probe.ts'
import { Cause, K, NO_TAG } from './format.ts'
import { Bench, inquiry, TEST_UNIT_READY } from './testing/bench.ts'

/** How each cause comes about, by what a driver or the bus does. */
const SOURCES: readonly (readonly [name: string, cause: number, bring: (bench: Bench) => void])[] = [
  ['COMMAND_COMPLETE', Cause.commandComplete, bench => bench.start({ cdb: TEST_UNIT_READY })],
  ['SCSI_ERROR', Cause.scsiError, bench => bench.write('DOORBELL', 200)],
  ['BUS_RESET', Cause.busReset, bench => bench.adapter.injectBusReset()],
  ['DEVICE_CHANGE', Cause.deviceChange, bench => bench.bus.attach(5, 0, bench.disk)],
]

describe('interrupt causes', () => {
  it.each(SOURCES)('%s: pending, line up, acknowledged, line down', (_, cause, bring) => {
    const bench = new Bench()
    bench.startQueued()
    bring(bench)
    bench.settle()
    expect(bench.read('INT_STATUS')).toBe(cause)
    expect(bench.adapter.causes()).toBe(cause)
    expect(bench.pin.level).toBe(true)
    bench.write('INT_ACK', cause)
    expect(bench.read('INT_STATUS')).toBe(0)
    expect(bench.pin.level).toBe(false)
    const events = bench.events.filter(event => event.kind >= 64 && event.kind <= 66)
    expect(events.map(event => [event.kind, event.a, event.b])).toEqual([
      [DeviceEvent.CauseRaised, cause, cause],
      [DeviceEvent.LineChanged, 1, cause],
      [DeviceEvent.CauseCleared, cause, 0],
      [DeviceEvent.LineChanged, 0, 0],
    ])
  })

  it.each(SOURCES)(
    '%s: pending without the line while it is not enabled; enabling it raises the line',
    (_, cause, bring) => {
      const bench = new Bench()
      bench.startQueued()
      bench.write('INT_ENABLE', Cause.all & ~cause)
      bring(bench)
      bench.settle()
      expect(bench.read('INT_STATUS')).toBe(cause)
      expect(bench.adapter.causes()).toBe(0)
      expect(bench.pin.level).toBe(false)
      bench.write('INT_ENABLE', cause)
      expect(bench.pin.level).toBe(true)
      bench.write('INT_ENABLE', 0)
      expect(bench.pin.level).toBe(false)
    },
  )

  it('several pending at once: the line stays up until the last is acknowledged', () => {
    const bench = new Bench()
    bench.startQueued()
    for (const [, , bring] of SOURCES.slice(1)) bring(bench)
    bench.settle()
    bench.start({ cdb: TEST_UNIT_READY })
    bench.settle()
    // The bad doorbell was lost when the bus reset dropped everything.
    let pending = Cause.commandComplete | Cause.busReset | Cause.deviceChange
    expect(bench.read('INT_STATUS')).toBe(pending)
    for (const cause of [Cause.busReset, Cause.commandComplete, Cause.deviceChange]) {
      expect(bench.pin.level).toBe(true)
      bench.write('INT_ACK', cause)
      pending &= ~cause
      expect(bench.read('INT_STATUS')).toBe(pending)
    }
    expect(bench.pin.level).toBe(false)
    expect(bench.eventsOf(DeviceEvent.LineChanged)).toHaveLength(2)
  })

  it('error and completion of one command become pending at one instant', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.start({ target: 9, cdb: inquiry(0) })
    bench.settle()
    expect(bench.eventsOf(DeviceEvent.CauseRaised)).toMatchObject([{ a: Cause.commandComplete | Cause.scsiError }])
  })

  it('an acknowledge dismisses only what was written, and nothing that comes later', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.write('INT_ACK', Cause.all)
    bench.start({ cdb: TEST_UNIT_READY })
    bench.settle()
    bench.write('INT_ACK', Cause.all & ~Cause.commandComplete)
    expect(bench.read('INT_STATUS')).toBe(Cause.commandComplete)
    bench.write('INT_ACK', 0)
    expect(bench.pin.level).toBe(true)
  })

  it('a completion after the acknowledge raises the cause again, even if the driver has seen its entry', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.start({ tag: 0, cdb: TEST_UNIT_READY })
    bench.settle()
    bench.ack()
    bench.start({ tag: 1, cdb: TEST_UNIT_READY })
    bench.settle()
    expect(bench.take()).toHaveLength(2)
    expect(bench.pin.level).toBe(true)
  })

  it('a cause that is pending already is not announced twice', () => {
    const bench = new Bench()
    bench.startQueued()
    for (let tag = 0; tag < 8; tag++) bench.start({ tag, cdb: TEST_UNIT_READY })
    bench.settle()
    expect(bench.eventsOf(DeviceEvent.CauseRaised)).toHaveLength(1)
    expect(bench.eventsOf(DeviceEvent.LineChanged)).toHaveLength(1)
  })

  it('reading changes nothing; INT_ACK reads 0', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.start({ cdb: TEST_UNIT_READY })
    bench.settle()
    for (let i = 0; i < 3; i++) expect(bench.read('INT_STATUS')).toBe(Cause.commandComplete)
    expect(bench.read('INT_ACK')).toBe(0)
    expect(bench.pin.level).toBe(true)
  })

  it('DMA_READY and DMA_ERROR in data-phase mode', () => {
    const bench = new Bench()
    bench.startDataPhase()
    bench.issue(inquiry(36))
    bench.settle()
    expect(bench.ack()).toBe(Cause.dmaReady)
    expect(bench.pin.level).toBe(false)
    bench.write('DMA_COUNT', 36)
    bench.write('DMA_CONTROL', 1)
    bench.settle()
    expect(bench.ack()).toBe(Cause.commandComplete | Cause.dmaError)
  })

  it('reselection with an unknown tag: SCSI_ERROR names target, LUN and tag, no command is touched', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.start({ tag: 1, cdb: TEST_UNIT_READY })
    bench.adapter.injectReselection(0, 2, 77)
    expect(bench.ack()).toBe(Cause.scsiError)
    expect(bench.read('ERROR_INFO')).toBe(K.HOST_BAD_RESELECTION | (2 << 16) | (77 << 24))
    bench.settle()
    expect(bench.take()).toMatchObject([{ tag: 1, host: K.HOST_OK }])
  })

  it('injected causes can make all six pending at once', () => {
    const bench = new Bench()
    bench.startQueued()
    bench.adapter.injectCauses(Cause.all)
    expect(bench.ack()).toBe(Cause.all)
    expect(bench.field('ERROR_INFO', 'TAG')).toBe(NO_TAG)
    bench.adapter.injectDeviceChange()
    expect(bench.ack()).toBe(Cause.deviceChange)
  })

  it('another adapter on the line is not disturbed', () => {
    const bench = new Bench()
    const other = bench.line.connect('other', 1)
    bench.startQueued()
    other.set(true)
    bench.start({ cdb: TEST_UNIT_READY })
    bench.settle()
    bench.ack()
    expect(bench.pin.level).toBe(false)
    expect(bench.line.level).toBe(true)
  })
})
