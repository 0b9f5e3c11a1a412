/** Something the reader of the terminal can act on: printed as it is, without a stack. */
export class Failure extends Error {
  name = 'Failure'
}

/** Runs a script's main function; the process fails with its reason, in words where it has them. */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? 0
  } catch (error) {
    console.error(error instanceof Failure ? `\n${error.message}` : error)
    process.exitCode = 1
  }
}
