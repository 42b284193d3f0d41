// Boots drivers on the real bench, all on one interrupt line, with a small workload and every rule on.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { PortError } from '../../harness/port/stop.ts'
