// A BusLogic MultiMaster BT-958, see registers.ts for its map and programmers-guide.md for its use.
import type { Immunity } from '../adapter.ts'

/** It can suffer them all. */
export const BUSLOGIC_IMMUNITY: Immunity = {}
