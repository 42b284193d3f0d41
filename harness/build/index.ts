// What guest-drivers/build.mjs builds the sample drivers with.

export { FileMeterCache as BuildCache } from '../guest/file-meter-cache.ts'
export { ASC_OPTIONS, ascVersion, compileAsc } from './asc-compiler.ts'
export { buildModule } from './build.ts'
export { BuildError } from './build-error.ts'
