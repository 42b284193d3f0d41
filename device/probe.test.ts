import { expect, test } from 'vitest'
import { DeviceEvent, DiagnosticCode } from './probe.ts'

test('the devices keep to their share of the event numbers, each used once', () => {
  const numbers = Object.values(DeviceEvent)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(numbers.every(n => n >= 64 && n <= 95)).toBe(true)
})

test('diagnostic codes are used once; 0 is none', () => {
  const codes: number[] = Object.values(DiagnosticCode)
  expect(new Set(codes).size).toBe(codes.length)
  expect(codes).not.toContain(0)
})
