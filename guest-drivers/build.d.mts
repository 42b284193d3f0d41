/** The compiler said no. The message is the compiler's own. */
export declare class DriverBuildError extends Error {}

export interface BuiltDriver {
  name: string
  /** Absolute path of the module; the source map of one from AssemblyScript is beside it, `.map` behind the name. */
  file: string
  bytes: number
  /** It came from the cache. */
  cached: boolean
}

/** Names of all drivers there are, sorted: `reference-dma`, `faulty/INT-5`, … */
export declare function driverNames(): Promise<string[]>

/** Builds drivers that are not built yet: all of them, or those named. */
export declare function buildDrivers(options?: { only?: readonly string[] }): Promise<BuiltDriver[]>

/** Compiles one module. Paths are relative to guest-drivers/. */
export declare function compile(entry: string, sources: Map<string, string>): Promise<Uint8Array<ArrayBuffer>>
