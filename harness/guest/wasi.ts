// Binds wasi_snapshot_preview1 for guests that import it: @wasmer/wasi answers, except where its answer would be the host's
// time, entropy or exit. Sources: WebAssembly/WASI preview1 docs; @wasmer/wasi 1.2.2 README.
import type { LoadOptions } from './guest.ts'
import type { GuestLibrary } from './library.ts'

const Errno = { success: 0, fault: 21, notSupported: 58 } as const

type WasiFunction = (...args: never[]) => unknown

export interface BoundWasi {
  imports: Record<string, WasiFunction>
  bind(instance: WebAssembly.Instance): void
}

export async function createWasi(
  options: LoadOptions,
  module: WebAssembly.Module,
  library: GuestLibrary,
): Promise<BoundWasi> {
  const { init, WASI } = await import('@wasmer/wasi')
  await init()
  const wasi = new WASI({ args: [options.name] })
  const standard = (wasi.getImports(module) as Record<string, Record<string, WasiFunction>>).wasi_snapshot_preview1!
  const host = options.wasi
  let memory = new DataView(new ArrayBuffer(0))
  let seed = host.seed | 0
  const decoders = [new TextDecoder(), new TextDecoder()] as const

  const fits = (address: number, length: number) => (address >>> 0) + (length >>> 0) <= memory.byteLength

  const overrides: Record<string, WasiFunction> = {
    clock_time_get: (_clock: number, _precision: bigint, at: number) => {
      if (!fits(at, 8)) return Errno.fault
      memory.setBigUint64(at >>> 0, BigInt(Math.floor(host.nowPs() / 1000)), true)
      return Errno.success
    },
    clock_res_get: (_clock: number, at: number) => {
      if (!fits(at, 8)) return Errno.fault
      memory.setBigUint64(at >>> 0, 1n, true)
      return Errno.success
    },
    random_get: (at: number, length: number) => {
      library.charge(length)
      if (!fits(at, length)) return Errno.fault
      for (let i = 0; i < length >>> 0; i++) {
        seed = (seed + 0x9e3779b9) | 0
        memory.setUint8((at >>> 0) + i, mix(seed))
      }
      return Errno.success
    },
    proc_exit: (code: number) => host.exit(code),
    proc_raise: () => Errno.notSupported,
    sched_yield: () => Errno.success,
    poll_oneoff: () => Errno.notSupported,
    fd_write: (fd: number, vectors: number, count: number, written: number) => {
      if (fd !== 1 && fd !== 2) return (standard.fd_write as (...args: number[]) => number)(fd, vectors, count, written)
      if (count >>> 0 > 0x0fff_ffff || !fits(vectors, count << 3) || !fits(written, 4)) return Errno.fault
      let total = 0
      let text = ''
      for (let i = 0; i < count >>> 0; i++) {
        const at = memory.getUint32((vectors >>> 0) + 8 * i, true)
        const length = memory.getUint32((vectors >>> 0) + 8 * i + 4, true)
        library.charge(length)
        if (!fits(at, length)) return Errno.fault
        text += decoders[fd - 1]!.decode(new Uint8Array(memory.buffer, at, length), { stream: true })
        total += length
      }
      memory.setUint32(written >>> 0, total, true)
      if (text !== '') host.write(fd, text)
      return Errno.success
    },
  }
  return {
    imports: { ...standard, ...overrides },
    bind(instance) {
      memory = new DataView((instance.exports.memory as WebAssembly.Memory).buffer as ArrayBuffer)
      wasi.instantiate(instance)
    },
  }
}

/** One byte out of a counter (the finaliser of splitmix32). */
function mix(value: number): number {
  let x = value
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return (x ^ (x >>> 15)) & 0xff
}
