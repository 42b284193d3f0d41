#!/usr/bin/env node
// What `hba` starts. Node 22.1 and later keep compiled code between runs; the build puts the bundled program in the place of the module.
import module from 'node:module'

const { enableCompileCache } = module as { enableCompileCache?(): unknown }
enableCompileCache?.()
await import('./program.ts')
