// What HwAdapterControl is asked, timers under way, buses that are not there.
import { adapter, type CampaignScenario } from '../campaign-scenario.ts'

/** READ(10) of so many blocks of 512 bytes, from LBA 0. */
const read = (blocks: number): string => `28 00 00 00 00 00 00 00 ${blocks.toString(16).padStart(2, '0')} 00`

export const CONTROL: readonly CampaignScenario[] = [
  {
    name: 'slow-drive',
    about: 'a drive that takes its time, so that timers come due under way',
    input: subject => ({
      machine: {
        adapters: [adapter(subject, { drives: [{ latency: { read: '3ms', write: '3ms' } }] })],
        port: { resetHold: '1s' },
      },
      workload: { ios: 30, depth: 2 },
    }),
  },
  {
    name: 'no-such-bus',
    about: 'a request for a bus that the adapter does not have, and one that hangs on the bus it has',
    input: subject => ({
      machine: {
        adapters: [adapter(subject, { drives: [{ latency: { read: '60s' } }] })],
        port: { srbTimeout: '1s', resetHold: '1s' },
      },
      workload: {
        kind: 'script',
        depth: 2,
        steps: [
          { cdb: read(8), length: '4KiB', expect: { srb: 'bus reset', bytes: 0 } },
          { cdb: read(8), path: 1, length: '4KiB', expect: { srb: 'invalid path' } },
        ],
      },
    }),
  },
  {
    name: 'few-control-types',
    about: 'HwAdapterControl is asked by a port driver that knows two control types',
    input: subject => ({
      machine: { adapters: [adapter(subject)], port: { maxControlType: 2 } },
      workload: { ios: 20, depth: 4 },
    }),
  },
  {
    name: 'many-control-types',
    about: 'HwAdapterControl is asked by a port driver that knows more control types than there are today',
    input: subject => ({
      machine: { adapters: [adapter(subject)], port: { maxControlType: 40 } },
      workload: { ios: 20, depth: 4 },
    }),
  },
]
