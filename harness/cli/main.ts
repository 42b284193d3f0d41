#!/usr/bin/env node
// What `hba` starts. In dist/ it is the bundled program that is imported here: scripts/bundle-program.mjs.
import './program.ts'
