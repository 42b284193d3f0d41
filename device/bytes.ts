/** Bytes over a plain, unshared buffer. */
export type Bytes = Uint8Array<ArrayBuffer>
