// How fast this machine gets through requests: information about the bench, no verdict on the driver.
import { bench, describe } from 'vitest'
import { openBench, readBlocks } from 'wasm-hba/vitest'

const driver = process.env.DRIVER ?? 'node_modules/wasm-hba/dist/drivers/reference-queued.wasm'
const booted = await openBench({ driver })
const options = { time: 200, throws: true }

describe('on the host', () => {
  bench('one read of 512 bytes', () => void booted.send(readBlocks(0)), options)

  bench(
    'boot and first read',
    async () => {
      using fresh = await openBench({ driver })
      fresh.send(readBlocks(0))
    },
    options,
  )
})
