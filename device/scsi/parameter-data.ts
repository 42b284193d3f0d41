// Data-in that is not blocks: built whole in `task.data`, then cut to the allocation length.
import type { ScsiTask } from './task.ts'

/** Room for any parameter data a unit builds here, in bytes. */
export const PARAMETER_DATA_BYTES = 4096

/** Clears the first `bytes` of `task.data`, so that nothing of an earlier command shows. */
export function startParameterData(task: ScsiTask, bytes: number = PARAMETER_DATA_BYTES): void {
  task.reserve(bytes)
  task.data.fill(0, 0, bytes)
}

/** What was built is cut to the allocation length; 0 is legal and moves nothing (Seagate Rev. J 3.23.1 p. 157). */
export function finishParameterData(task: ScsiTask, builtBytes: number, allocationBytes: number): void {
  const bytes = Math.min(builtBytes, allocationBytes)
  if (bytes === 0) return
  task.transferBytes = bytes
  task.direction = 'in'
}
