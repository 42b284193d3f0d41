import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hba } from './testing/fake-io.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'hba-build-command-'))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

test('writes the module, shows progress on standard error, and the result on standard output', async () => {
  mkdirSync(join(cwd, 'inc'))
  writeFileSync(join(cwd, 'inc', 'my.h'), '#define ANSWER 0\n')
  writeFileSync(
    join(cwd, 'driver.c'),
    '#include <miniport.h>\n#include "my.h"\nULONG DriverEntry(PVOID a, PVOID b) { return ANSWER + SWITCH; }\n',
  )
  const io = { cwd, env: { HBA_NO_CACHE: '1' } }
  const { code, out, err } = await hba(['build', 'driver.c', '-Iinc', '-DSWITCH=42', '-o', 'out/first.wasm'], io)
  expect([code, err]).toEqual([0, '  driver.c\n'])
  expect(out).toMatch(/^out\/first\.wasm: \d+ bytes, \d+\.\d s\n$/)
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(join(cwd, 'out', 'first.wasm'))))
  expect((exports.DriverEntry as () => number)()).toBe(42)

  const failed = await hba(['build', 'driver.c', '-I', 'inc', '--quiet'], io)
  expect([failed.code, failed.out]).toEqual([2, ''])
  expect(failed.err).toMatch(/^hba: driver\.c:3:\d+: error: use of undeclared identifier 'SWITCH'/)
}, 60_000)
