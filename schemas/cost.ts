// The cost model: what each thing a miniport does costs in virtual time. Pure data; presets with their sources.
import { z } from 'zod'
import { Duration, durationFrom, TIME_UNITS } from './units.ts'

const { ns, us } = TIME_UNITS

/** Every duration of the cost model, in picoseconds. */
export interface CostValues {
  /** One counted wasm instruction. */
  instructionPs: number
  /** A read of a memory-mapped register: the CPU waits for the answer. */
  mmioReadPs: number
  /** A write of a memory-mapped register: posted, the CPU waits until the bus took it. */
  mmioWritePs: number
  /** A read of an I/O port. */
  portReadPs: number
  /** A write of an I/O port: not posted. */
  portWritePs: number
  /** An access of PCI configuration space. */
  configAccessPs: number
  /** From a register write to its arrival at the adapter; a read of the same adapter waits for it. Costs the CPU nothing. */
  postedWriteDelayPs: number
  /** Any other call into the port driver (ScsiPortNotification, ScsiPortGetPhysicalAddress, …), beyond the instructions of the caller. */
  callPs: number
  /** From the line going high to the first instruction of the first HwInterrupt on it. */
  isrEntryPs: number
  /** From the return of one HwInterrupt to the next on the line, or to the interrupted code. */
  isrExitPs: number
  /** From a queued DPC to its first work. */
  dpcPs: number
  /** The port driver's own work before it calls HwStartIo. */
  startIoPs: number
}

export const COST_PRESETS = {
  /**
   * A PCI Express endpoint. Orders of magnitude; set your own where you have measured.
   *
   * * instruction: 1 ns, the same as QEMU's `-icount shift=0` (one instruction every 2^0 ns of virtual time).
   * * mmioRead: 1000 ns. An uncached 32-bit read of a PCIe network adapter's BAR took 1581 ns on average
   *   (github.com/andre-richter/pcie-lat, README); an FPGA endpoint answered over PCIe in about 850 ns
   *   (hackingnasdaq.blogspot.com, "PCIe latency", 2014).
   * * mmioWrite: 150 ns. Uncached stores of a CPU left 50–300 ns apart on the link
   *   (community.intel.com, "Why do MemReq TLPs take 100s nanoseconds …").
   * * portRead, portWrite: 1000 ns: the same way as a read, since neither is posted.
   * * interrupt and DPC dispatch, port driver: order of magnitude, no source.
   */
  pcie: {
    instructionPs: 1 * ns,
    mmioReadPs: 1000 * ns,
    mmioWritePs: 150 * ns,
    portReadPs: 1000 * ns,
    portWritePs: 1000 * ns,
    configAccessPs: 1000 * ns,
    postedWriteDelayPs: 0,
    callPs: 20 * ns,
    isrEntryPs: 1 * us,
    isrExitPs: 200 * ns,
    dpcPs: 1 * us,
    startIoPs: 500 * ns,
  },
  /**
   * A PCI Express 3.0 endpoint behind a processor of 2013: `pcie`, with the one measurement that names its generation.
   *
   * * mmioRead: 850 ns, the round trip to an FPGA endpoint on a link of generation 3 with eight lanes, wired to an i7-4771
   *   (hackingnasdaq.blogspot.com, "PCIe latency", 2014).
   * * portRead, portWrite: the same way, not posted.
   */
  pcie3: {
    instructionPs: 1 * ns,
    mmioReadPs: 850 * ns,
    mmioWritePs: 150 * ns,
    portReadPs: 850 * ns,
    portWritePs: 850 * ns,
    configAccessPs: 850 * ns,
    postedWriteDelayPs: 0,
    callPs: 20 * ns,
    isrEntryPs: 1 * us,
    isrExitPs: 200 * ns,
    dpcPs: 1 * us,
    startIoPs: 500 * ns,
  },
  /**
   * A PCI Express 4.0 endpoint: `pcie`, with what the maker of a card with sixteen such lanes measured in a desktop (Ryzen 9 9950X)
   * and published (github.com/tenstorrent/tt-isa-documentation, WormholeB0/PCIExpressTile/README.md, "Host-initiated reads and writes").
   *
   * * mmioRead: 671 ns, the least latency of a CPU's load from uncached device memory. It goes on through the card's own network: a register in
   *   the endpoint itself may be nearer. The same card took 960 ns for a load of four bytes in another machine
   *   (github.com/tenstorrent/tt-umd, tests/microbenchmark/benchmarks/tlb/README.md, IoWindow, 240.00 ns a byte).
   * * mmioWrite: 170 ns, an uncached store until the processor has sent it on its way.
   * * portRead, portWrite: the way of a read, not posted.
   */
  pcie4: {
    instructionPs: 1 * ns,
    mmioReadPs: 671 * ns,
    mmioWritePs: 170 * ns,
    portReadPs: 671 * ns,
    portWritePs: 671 * ns,
    configAccessPs: 671 * ns,
    postedWriteDelayPs: 0,
    callPs: 20 * ns,
    isrEntryPs: 1 * us,
    isrExitPs: 200 * ns,
    dpcPs: 1 * us,
    startIoPs: 500 * ns,
  },
  /**
   * A conventional PCI card of the 1990s: a slower CPU, a shorter way to the device.
   *
   * * mmioRead: 500 ns. From PCI 2.1 on a target must complete its first data phase within 16 clocks of the start
   *   (liquisearch.com/conventional_pci/pci_bus_latency), 485 ns at 33 MHz: a slow card without contention for the bus.
   * * The rest: order of magnitude, no source.
   */
  pci: {
    instructionPs: 5 * ns,
    mmioReadPs: 500 * ns,
    mmioWritePs: 150 * ns,
    portReadPs: 600 * ns,
    portWritePs: 600 * ns,
    configAccessPs: 1 * us,
    postedWriteDelayPs: 0,
    callPs: 100 * ns,
    isrEntryPs: 2 * us,
    isrExitPs: 1 * us,
    dpcPs: 3 * us,
    startIoPs: 2 * us,
  },
  /**
   * An ISA card: a port access takes about 1 µs, whatever the CPU (comp.lang.c FAQ, c-faq.com/osdep/sd25.html: writes to
   * port 0x80 as a delay); Linux takes 2 µs for an upper bound of such a write (arch/x86/kernel/io_delay.c). The rest: order of magnitude, no source.
   */
  isa: {
    instructionPs: 10 * ns,
    mmioReadPs: 1 * us,
    mmioWritePs: 1 * us,
    portReadPs: 1 * us,
    portWritePs: 1 * us,
    configAccessPs: 1 * us,
    postedWriteDelayPs: 0,
    callPs: 200 * ns,
    isrEntryPs: 5 * us,
    isrExitPs: 2 * us,
    dpcPs: 5 * us,
    startIoPs: 5 * us,
  },
  /** Only instructions cost: shows what is the driver's own. No hardware is like this. */
  ideal: {
    instructionPs: 1 * ns,
    mmioReadPs: 0,
    mmioWritePs: 0,
    portReadPs: 0,
    portWritePs: 0,
    configAccessPs: 0,
    postedWriteDelayPs: 0,
    callPs: 0,
    isrEntryPs: 0,
    isrExitPs: 0,
    dpcPs: 0,
    startIoPs: 0,
  },
} as const satisfies Record<string, CostValues>

export type CostPreset = keyof typeof COST_PRESETS

export const Cost = z
  .strictObject({
    preset: z
      .enum(Object.keys(COST_PRESETS) as [CostPreset])
      .default('pcie')
      .describe('where the values not given come from; docs/guide.md lists the sources'),
    instruction: durationFrom(1)
      .optional()
      .describe('one wasm instruction; must not be 0, or a loop would take no time'),
    mmioRead: Duration.optional().describe('read of a memory-mapped register: the CPU waits for the answer'),
    mmioWrite: Duration.optional().describe('write of a memory-mapped register: posted'),
    portRead: Duration.optional().describe('read of an I/O port'),
    portWrite: Duration.optional().describe('write of an I/O port: not posted'),
    configAccess: Duration.optional().describe('access of PCI configuration space'),
    postedWriteDelay: Duration.optional().describe(
      'from a register write to its arrival at the adapter; a read of the same adapter waits for it',
    ),
    call: Duration.optional().describe('any other call into the port driver, beyond the instructions'),
    isrEntry: Duration.optional().describe('from the line going high to the first instruction of the first ISR'),
    isrExit: Duration.optional().describe(
      'from the return of one ISR to the next on the line, or to the interrupted code',
    ),
    dpc: Duration.optional().describe('from a queued DPC to its first work'),
    startIo: Duration.optional().describe("the port driver's own work before it calls HwStartIo"),
  })
  .transform((cost): CostModel => {
    const preset = COST_PRESETS[cost.preset]
    return {
      preset: cost.preset,
      instructionPs: cost.instruction ?? preset.instructionPs,
      mmioReadPs: cost.mmioRead ?? preset.mmioReadPs,
      mmioWritePs: cost.mmioWrite ?? preset.mmioWritePs,
      portReadPs: cost.portRead ?? preset.portReadPs,
      portWritePs: cost.portWrite ?? preset.portWritePs,
      configAccessPs: cost.configAccess ?? preset.configAccessPs,
      postedWriteDelayPs: cost.postedWriteDelay ?? preset.postedWriteDelayPs,
      callPs: cost.call ?? preset.callPs,
      isrEntryPs: cost.isrEntry ?? preset.isrEntryPs,
      isrExitPs: cost.isrExit ?? preset.isrExitPs,
      dpcPs: cost.dpc ?? preset.dpcPs,
      startIoPs: cost.startIo ?? preset.startIoPs,
    }
  })

/** A checked cost model, in picoseconds. */
export interface CostModel extends CostValues {
  preset: CostPreset
}
