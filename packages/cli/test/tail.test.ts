import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startCollector } from '@hindscope/collector'
import type { Collector } from '@hindscope/collector'
import type { EventRow } from '@hindscope/protocol'
import { TraceBuilder } from '@hindscope/testkit'
import { conditionOf, startOf } from '../src/commands/tail-query.ts'
import { runCli } from '../src/program.ts'
import type { Terminal } from '../src/terminal.ts'

let dataDir: string
let collector: Collector
const SESSION = '7a11'.repeat(8)

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hindscope-tail-'))
  collector = await startCollector({ dataDir, session: SESSION })
})
afterEach(async () => {
  await collector.close()
  await rm(dataDir, { recursive: true, force: true })
})

class Screen implements Terminal {
  readonly cwd: string = dataDir
  readonly env: Record<string, string> = { HINDSCOPE_URL: collector.ingestUrl, HINDSCOPE_TOKEN: collector.token, HINDSCOPE_SESSION: SESSION }
  readonly isInteractive = false
  readonly notes: string[] = []
  text = ''
  /** Pieces are taken while it is open. */
  open: Promise<void> = Promise.resolve()
  onWrite: (() => void) | undefined

  print(text: string): void {
    this.text += `${text}\n`
  }
  async write(piece: string | Uint8Array): Promise<void> {
    this.text += String(piece)
    this.onWrite?.()
    await this.open
  }
  note(text: string): void {
    this.notes.push(text)
  }
  get seqs(): number[] {
    return this.text
      .split('\n')
      .filter(line => line !== '')
      .map(line => (JSON.parse(line) as EventRow).ref.seq)
  }
}

async function record(...chunks: readonly Uint8Array[]): Promise<void> {
  const body = Buffer.concat(chunks)
  const answer = await fetch(`${collector.url}/ingest-beacon?token=${collector.token}`, { method: 'POST', body })
  expect(answer.status).toBe(200)
}

function logs(count: number): { definitions: Uint8Array; first: Uint8Array; second: Uint8Array; baseUs: number } {
  const trace = new TraceBuilder(SESSION)
  const realm = trace.realm('page')
  for (let i = 0; i < count; i++) {
    realm.at(i * 1000).console(i % 2 === 0 ? 'log' : 'error', [i])
    if (i + 1 === count / 2) realm.seal()
  }
  const [first, second] = realm.eventBytes() as [Uint8Array, Uint8Array]
  return { definitions: realm.definitionsBytes(), first, second, baseUs: trace.baseUs }
}

describe('hindscope tail', () => {
  test('prints what matches from an event on, what is there and what comes', async () => {
    const { definitions, first, second } = logs(20)
    await record(definitions, first)
    const screen = new Screen()
    screen.onWrite = () => {
      screen.onWrite = undefined
      void record(second)
    }
    expect(await runCli(['tail', '--where', 'error', '--from', '0.5', '--max', '8', '--json'], screen)).toBe(0)
    expect(screen.seqs).toEqual([5, 7, 9, 11, 13, 15, 17, 19])
  })

  test('filters say the same, and end with the collector', async () => {
    const { definitions, first, second } = logs(6)
    await record(definitions, first, second)
    const screen = new Screen()
    screen.onWrite = () => void collector.close()
    expect(await runCli(['tail', '--errors', '--kind', 'console', '--track', '0', '--from-start', '--json'], screen)).toBe(0)
    expect(screen.seqs).toEqual([1, 3, 5])
  })

  test('Ctrl-C ends it in good order', async () => {
    const { definitions, first } = logs(4)
    await record(definitions, first)
    const screen = new Screen()
    screen.onWrite = () => process.emit('SIGINT')
    expect(await runCli(['tail', '--from-start'], screen)).toBe(0)
    expect(process.listenerCount('SIGINT')).toBe(0)
  })

  test('says which rows were left out when it is read too slowly', async () => {
    const realm = new TraceBuilder(SESSION).realm('page')
    await record(realm.definitionsBytes())
    const screen = new Screen()
    let release = (): void => undefined
    screen.open = new Promise(resolve => (release = resolve))
    const ended = runCli(['tail', '--json', '--max', '12001'], screen)
    // Nothing tells when it has subscribed but the collector's own count.
    while (collector.liveStats.subscriptions === 0) await new Promise(resolve => setTimeout(resolve, 5))
    realm.at(1).console('log', ['first']).seal()
    const sent = new Promise<void>(resolve => (screen.onWrite = resolve))
    await record(realm.eventBytes()[0] as Uint8Array)
    await sent
    for (let i = 1; i <= 15_000; i++) realm.at(i).console('log', [i])
    await record(realm.eventBytes()[1] as Uint8Array)
    release()
    while (collector.liveStats.dropped === 0) await new Promise(resolve => setTimeout(resolve, 5))
    await collector.close()
    expect(await ended).toBe(0)
    const told = JSON.parse(screen.notes[0] ?? '{}') as { dropped: { count: number; ranges: { from: { seq: number }; to: { seq: number } }[] } }
    const [range] = told.dropped.ranges
    expect(told.dropped.count).toBe((range?.to.seq ?? 0) - (range?.from.seq ?? 0) + 1)
    const seqs = screen.seqs
    const next = seqs.findIndex((seq, i) => i > 0 && seq !== (seqs[i - 1] ?? 0) + 1)
    expect([seqs[next - 1], seqs[next]]).toEqual([(range?.from.seq ?? 0) - 1, (range?.to.seq ?? 0) + 1])
  })

  test.each([
    [['--where', 'error order by time'], 'subscription-query'],
    [['--where', 'causes (error)'], 'subscription-future'],
    [['--where', 'error', '--errors'], 'cli-bad-option'],
    [['--since', 'yesterday'], 'cli-bad-option'],
    [['--since', '5m', '--from-start'], 'cli-bad-option'],
    [['--from', 'here'], 'cli-bad-option'],
  ])('%j is wrong usage', async (flags, code) => {
    const screen = new Screen()
    expect(await runCli(['tail', ...flags], screen)).toBe(2)
    expect(screen.notes.join()).toContain(code)
  })
})

test('filters become a condition', () => {
  expect(
    conditionOf(undefined, { function: 'Cart.total', line: '3', kind: ['callEnter', 'console'], track: ['0', '2'], errors: true, text: 'a "b"' }),
  ).toBe('function ~ "Cart.total" and line = 3 and kind in (callEnter, console) and track in (0, 2) and error = true and text ~ "a \\"b\\""')
  expect(conditionOf(undefined, {})).toBe('')
  expect(conditionOf('not (error or line in (1,2))', {})).toBe('not (error = true or line in (1, 2))')
})

test('--since counts back from now', () => {
  expect(startOf({ since: '1.5m' }, 1_000_000)).toEqual({ kind: 'time', timeUs: 910_000_000 })
})
