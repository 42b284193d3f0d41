// What the driver's author has to put right: said as it is, exit code 2.

export class BuildError extends Error {
  override name = 'BuildError'
}
