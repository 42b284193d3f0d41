// What is the user's to put right, and said as it is. Everything else is a bug of ours.
import { AddressConflictError } from '../../device/address-space.ts'
import { StoreError } from '../../device/block/store.ts'
import { ConfigError } from '../../schemas/errors.ts'
import { BuildError } from '../build/build-error.ts'
import { FaultPlanError } from '../faults/kinds.ts'
import { GuestLoadError } from '../guest/guest.ts'
import { UnknownRuleError } from '../rules/catalogue.ts'
import { MachineError } from '../run/machine.ts'
import { MergeError } from '../verify/merge.ts'
import { UnknownSelection } from '../verify/selection.ts'
import { WorkloadError } from '../workload/workload.ts'
import { UsageError } from './io.ts'

const EXPECTED = [
  BuildError,
  UsageError,
  ConfigError,
  StoreError,
  GuestLoadError,
  WorkloadError,
  MachineError,
  FaultPlanError,
  AddressConflictError,
  UnknownRuleError,
  UnknownSelection,
  MergeError,
]

export const isExpected = (error: unknown): error is Error => EXPECTED.some(kind => error instanceof kind)
