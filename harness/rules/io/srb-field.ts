// Names of SRB fields, and which of them drivers take for a place to keep their own things.
import { SRB, SRB_FIELDS } from '../../../schemas/scsiport.ts'

/** `QueueTag (offset 8)`. */
export function srbField(offset: number): string {
  const found = SRB_FIELDS.find(([, at, bytes]) => offset >= at && offset < at + bytes)
  return `${found?.[0] ?? 'a byte'} (offset ${offset})`
}

/** NextSrb, OriginalRequest, SrbExtension, InternalStatus: pointers and a word that look unused. */
export const looksFree = (offset: number): boolean => offset >= SRB.NextSrb && offset < SRB.Cdb
