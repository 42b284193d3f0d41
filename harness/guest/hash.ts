// Content hashes, by the platform's own SHA-256.
import type { Bytes } from '../../device/bytes.ts'

/** Lower-case hex. */
export async function sha256Hex(bytes: Bytes): Promise<string> {
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes))
  return [...digest].map(byte => byte.toString(16).padStart(2, '0')).join('')
}
