/**
 * Rounds of SIGKILL: a process that records, seals, compacts and prunes one session is killed at a random moment; whatever it said was
 * durable must be there, or be known to be pruned, and every file must open. The test runs a few, bench/store/sigkill.mjs a thousand.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { readSession, verifySession } from '@hindscope/store'
import { EVENTS_PER_CHUNK, KILL_REALM } from './fixtures/kill-chunks.ts'

export interface KillRounds {
  /** fixtures/store-process.ts as a script. */
  readonly program: string
  readonly dataDir: string
  readonly rounds: number
  /** A whole number from 0 to `end` - 1. */
  readonly draw: (end: number) => number
}

export interface KillResult {
  readonly rounds: number
  readonly acknowledgedEvents: number
  readonly problems: readonly string[]
}

/** A session does not grow for ever: what is checked at the end of each round is all of it. */
const ROUNDS_PER_SESSION = 10

export async function runKillRounds({ program, dataDir, rounds, draw }: KillRounds): Promise<KillResult> {
  const problems: string[] = []
  let acknowledged: number[] = []
  let total = 0
  let next = 0
  for (let round = 0; round < rounds; round++) {
    if (round % ROUNDS_PER_SESSION === 0) [acknowledged, next] = [[], 0]
    const session = Math.floor(round / ROUNDS_PER_SESSION)
      .toString(16)
      .padStart(32, 'a')
    const kept = await killed(program, [dataDir, session, String(next)], 20 + draw(180))
    acknowledged.push(...kept)
    total += kept.length * EVENTS_PER_CHUNK
    // What was under way when it was killed may be there or not: its number is not used again.
    next = (acknowledged.at(-1) ?? next) + 2
    problems.push(...(await check(join(dataDir, 'sessions', session), acknowledged)).map(problem => `round ${round}: ${problem}`))
  }
  return { rounds, acknowledgedEvents: total, problems }
}

/** Numbers of the chunks that it acknowledged until it was killed, `ms` after the first. */
async function killed(program: string, args: readonly string[], ms: number): Promise<number[]> {
  const child = spawn(process.execPath, ['--no-warnings', program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), ms)
    said += text
  })
  await once(child, 'close')
  // The last line may be cut.
  return said.split('\n').slice(0, -1).map(Number)
}

async function check(dir: string, acknowledged: readonly number[]): Promise<string[]> {
  const store = await readSession(dir)
  const gaps = store.trackOfRealm(KILL_REALM)?.gaps
  const isPruned = (number: number): boolean => gaps?.within(number * EVENTS_PER_CHUNK, (number + 1) * EVENTS_PER_CHUNK) === EVENTS_PER_CHUNK
  const lost = acknowledged.filter(number => !store.hasChunk(KILL_REALM, number) && !isPruned(number))
  const { damage } = await verifySession(dir)
  // Half a chunk at the end of what was being appended.
  const sealed = damage.filter(({ file }) => file.endsWith('.sealed.hscope'))
  return [
    ...(lost.length > 0 ? [`${lost.length} acknowledged chunks are not there: ${lost.slice(0, 5).join(', ')}`] : []),
    ...(sealed.length > 0 ? [`sealed files are damaged: ${sealed.map(({ file, message }) => `${file} ${message}`).join('; ')}`] : []),
    ...(damage.length - sealed.length > 1 ? ['more than the end of one segment is damaged'] : []),
  ]
}
