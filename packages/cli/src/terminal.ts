/** What a command may touch of the outside: standard streams, environment, working folder. Tests and other programs may pass their own. */
export interface Terminal {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Results: rows, JSON. */
  print(text: string): void
  /** A piece of a result as it is, without a line break. Resolves when it is out, rejects when nobody takes it (a closed pipe). */
  write(piece: string | Uint8Array): Promise<void>
  /** Progress, addresses, problems: never mixed into results. */
  note(text: string): void
  /** A person is watching: progress lines may be rewritten in place. */
  readonly isInteractive: boolean
}

export const processTerminal = (): Terminal => ({
  cwd: process.cwd(),
  env: process.env,
  print: text => void process.stdout.write(`${text}\n`),
  write: writeOut,
  note: text => void process.stderr.write(`${text}\n`),
  isInteractive: process.stderr.isTTY,
})

/** Says what takes time, once it has taken more than half a second. */
export async function withProgress<T>(terminal: Terminal, what: string, work: () => Promise<T>): Promise<T> {
  const startedMs = Date.now()
  const timer = setInterval(() => terminal.note(`${what} (${Math.round((Date.now() - startedMs) / 1000)} s)`), terminal.isInteractive ? 1000 : 5000)
  const first = setTimeout(() => terminal.note(`${what} …`), 500)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    clearTimeout(first)
  }
}

function writeOut(piece: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    // The stream says it twice: to the callback, and as an event that would end the process if nobody listened.
    process.stdout.once('error', reject)
    process.stdout.write(piece, error => {
      if (error) return reject(error)
      process.stdout.off('error', reject)
      resolve()
    })
  })
}
