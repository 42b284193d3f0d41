import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InterruptLine } from './interrupt-line.ts'

test('the wire is asserted while any output is', () => {
  const line = new InterruptLine('IRQ 11')
  const a = line.connect('a', 0)
  const b = line.connect('b', 1)
  a.set(true)
  b.set(true)
  a.set(false)
  expect(line.level).toBe(true)
  b.set(false)
  expect(line.level).toBe(false)
})

test('the listener hears every change of an output, and only changes', () => {
  const line = new InterruptLine('IRQ 11')
  const heard: [string, boolean, boolean][] = []
  line.listener = (wire, pin) => heard.push([pin.label, pin.level, wire.level])
  const a = line.connect('a', 0)
  const b = line.connect('b', 1)
  a.set(false)
  a.set(true)
  a.set(true)
  b.set(true)
  a.set(false)
  expect(heard).toEqual([
    ['a', true, true],
    ['b', true, true],
    ['a', false, true],
  ])
})

test('a masked output no longer pulls the wire, whatever it drives', () => {
  const line = new InterruptLine('IRQ 11')
  const pin = line.connect('dead', 0)
  let changes = 0
  line.listener = () => changes++
  pin.set(true)
  pin.mask()
  expect([line.level, changes]).toEqual([false, 2])
  pin.set(false)
  pin.set(true)
  pin.mask()
  expect([line.level, changes, pin.level]).toEqual([false, 2, true])
})

test('any sequence leaves the wire at the OR of the unmasked outputs', () => {
  const step = fc.record({ pin: fc.nat(3), level: fc.boolean(), mask: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const line = new InterruptLine('shared')
      const pins = [0, 1, 2, 3].map(i => line.connect(`${i}`, i))
      for (const { pin, level, mask } of steps) {
        if (mask) pins[pin]!.mask()
        else pins[pin]!.set(level)
        expect(line.level).toBe(pins.some(p => p.level && !p.masked))
      }
    }),
  )
})
