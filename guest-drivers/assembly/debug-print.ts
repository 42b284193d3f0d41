// ScsiDebugPrint with AssemblyScript strings. Costs a copy: for bring-up, not for paths that are timed.
import { MiniportExtension, TEXT_BYTES } from './miniport-extension'
import { ScsiDebugPrint } from './scsiport'

/** @param level 0 (most important) to 3 @param format ASCII, printf-like, with at most one conversion, for `value` */
export function debugPrint(ext: MiniportExtension, level: u32, format: string, value: u32 = 0): void {
  const line = changetype<usize>(ext) + offsetof<MiniportExtension>('text')
  const length = min(format.length, TEXT_BYTES - 1)
  for (let i = 0; i < length; i++) store<u8>(line + i, load<u8>(changetype<usize>(format) + (i << 1)))
  store<u8>(line + length, 0)
  ext.argument0 = value
  ScsiDebugPrint(level, line, changetype<usize>(ext))
}
