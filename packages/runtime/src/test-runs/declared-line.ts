/** Where a test was declared, read from stacks that the runner's own tools have put into words. */

/** Maps positions of stacks back to the sources; one that the program puts in its place would be the program's code. */
const format: unknown = Error.prepareStackTrace
const FRAMES = 30

/** Line, 1-based, of the innermost frame of `file` in what `stackOf` gives. */
export function declaredLine(file: string, stackOf: () => string | undefined): number | undefined {
  if (Error.prepareStackTrace !== format) return undefined
  try {
    const stack = stackOf() ?? ''
    const at = stack.indexOf(`${file}:`)
    const line = at < 0 ? NaN : Number.parseInt(stack.slice(at + file.length + 1), 10)
    return line > 0 ? line : undefined
  } catch {
    return undefined // SAFE: the test is recorded without its line.
  }
}

/** Of the function that calls. */
export function stackHere(): string | undefined {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = FRAMES
  const { stack } = new Error()
  Error.stackTraceLimit = limit
  return stack
}
