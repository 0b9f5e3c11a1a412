/**
 * What every adapter of a server has to keep: a program answers, fails and does everything in the order in which it does without a recorder,
 * its requests are told as chains, and none of a thousand requests at once is mixed with another.
 */
import { hasSubscribers } from 'node:diagnostics_channel'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LibraryAdapter } from '../../src/adapters/library.ts'
import { probed } from '../probed.ts'
import { courseOf, createServed, crowdOf, nodesOf, treesOf } from './served-programs.ts'
import type { Ask, Served } from './served-programs.ts'

/** Texts are modules as `createServed` takes them. */
export interface ServedVersion {
  readonly version: number | string
  /** What FRAMEWORK stands for. */
  readonly framework: string
  /** Does whatever a program may do; `open`: handlers that never end, as labels. */
  readonly app: { readonly text: string; readonly asks: readonly Ask[]; readonly open: readonly string[] }
  readonly chains: {
    readonly text: string
    readonly paths: readonly string[]
    readonly statuses: readonly number[]
    /** Requests and their handlers, see `treesOf`. */
    readonly trees: readonly string[]
    /** How it begins, see `courseOf`. */
    readonly course?: readonly string[]
    /** A call `answer()` in a handler belongs to it. */
    readonly answered?: string
  }
  /** Behind CROWD; `handlers`: how many run in all; `id` finds the number that was asked for in an answer that is more than it. */
  readonly crowd?: { readonly text: string; readonly handlers: number; readonly id?: RegExp }
}

/**
 * A thousand requests. `task` meets timers, promises and a request of its own, and calls `done` from there; functions made by `opaque` are not
 * instrumented, and `pooled` calls what it gets in the chain of another request. No parameters are declared where they would be recorded: copies of
 * a thousand requests take their time.
 */
const CROWD = `
import http from 'node:http'
export const requests = Array.from({ length: 1000 }, (_, i) => ({ send: 'GET /task/' + i }))
const other = http.createServer((request, response) => setTimeout(() => response.end('other'), 1))
const step = (id, name) => id + name
const pooled = new Function('const queue = []; const flush = () => { for (const each of queue.splice(0).reverse()) each() }; return next => { if (queue.push(next) === 1) setTimeout(flush, 5) }')()
const opaque = text => new Function('pooled', 'return ' + text)(pooled)
const task = async function () {
  const [id, done] = arguments
  step(id, 'before')
  const answer = id % 10 === 0 ? await fetch('http://127.0.0.1:' + other.address().port + '/' + id) : await null
  step(id, 'fetched')
  await answer?.text()
  setTimeout(() => { step(id, 'nested'); setImmediate(() => { step(id, 'deeper'); done() }) }, Math.random() * 5)
}
const beside = async open => {
  await new Promise(resolve => other.listen(0, '127.0.0.1', resolve))
  const served = await open()
  return { ...served, close: async () => { await served.close(); other.close(); other.closeAllConnections() } }
}
`

export function testServed(library: string, versions: readonly ServedVersion[]): void {
  describe.each(versions)(`${library} $version`, ({ framework, app, chains, crowd }) => {
    let served: Served
    beforeAll(async () => {
      served = await createServed(library, framework)
    })
    afterAll(() => served.remove())

    test('answers, errors and the order of effects are what they are without a recorder', async () => {
      const [plain, recorded] = [await served.plain(app.text, app.asks), await served.recorded(app.text, app.asks)]
      expect(recorded.errors).toEqual({})
      expect(recorded.answers).toEqual(plain.answers)
      expect(recorded.effects).toEqual(plain.effects)
      expect(recorded.answers).toHaveLength(app.asks.length)
      const open = [...nodesOf(recorded.events).values()].filter(({ type, end }) => type === 'handler' && end === undefined)
      expect(open.map(({ label }) => label)).toEqual(app.open)
    })

    test('a request is a chain of its handlers, each with its route, parameters and error', async () => {
      const asks = chains.paths.map(path => ({ send: `GET ${path}` }))
      const { events, answers, errors } = await served.recorded(chains.text, asks)
      expect(errors).toEqual({})
      expect(answers.map(answer => Number(answer.slice(9, 12)))).toEqual(chains.statuses)
      expect(treesOf(events, ({ type }) => type === 'request' || type === 'handler')).toEqual(chains.trees)
      if (chains.course !== undefined) expect(courseOf(events).slice(0, chains.course.length)).toEqual(chains.course)
      const nodes = nodesOf(events)
      const answer = [...nodes.values()].find(({ label }) => label.startsWith('answer('))
      expect(answer && nodes.get(nodes.get(answer.parent)?.parent ?? 0)?.label).toBe(chains.answered)
    })

    test.runIf(crowd !== undefined)('1000 requests at once do not mix', { timeout: 120_000 }, async () => {
      const { events, answers, errors } = await served.recorded(CROWD + crowd?.text, [])
      expect(errors).toEqual({})
      const id = crowd?.id ?? /^HTTP\/1.1 200 .*\r\n\r\n(\d+)$/s
      expect(answers.map(answer => id.exec(answer)?.[1])).toEqual(answers.map((_, i) => String(i)))
      const counted = crowdOf(events, ({ label }) => /^step\((\d+), /.exec(label)?.[1])
      expect(counted).toEqual({ requests: 1000, handlers: crowd?.handlers, calls: 5000, astray: [] })
    })
  })
}

/** An app in this realm. */
export interface DetachedApp<App> {
  /** Two of one copy of the package, and maybe other values of it; only the first is used. */
  make(): Promise<readonly [App, App, ...unknown[]]> | readonly [App, App, ...unknown[]]
  /** Gives the first one its handlers, once it is observed. */
  fill(app: App): void
  /** Sends a request to it. */
  ask(app: App): Promise<unknown>
  /** All that the adapter could have changed, of either. */
  places(app: App): unknown
  readonly answer: unknown
  /** Handlers of one request. */
  readonly handlers: number
}

export function testDetaching<App>(adapter: LibraryAdapter, { make, fill, ask, places, answer, handlers }: DetachedApp<App>): void {
  test(`detaching leaves nothing of ${adapter.id} behind, observing again changes nothing`, async () => {
    const program = probed([])
    const observe = (value: unknown): (() => void) | undefined =>
      adapter.observe?.(program.recorder.access, { library: adapter.id, name: 'default', value })
    const count = (): number => program.dump().match(/activity-start .* handler/g)?.length ?? 0
    const [app, other, ...others] = await make()
    const before = places(other)
    const detachers = [app, app, other, ...others].map(observe)
    expect(detachers).not.toContain(undefined)
    expect(hasSubscribers('http.server.response.finish')).toBe(true)
    expect(places(other)).not.toEqual(before)
    fill(app)
    expect([await ask(app), count()]).toEqual([answer, handlers])
    for (const detach of detachers.toReversed()) detach?.()
    expect(places(other)).toEqual(before)
    expect(hasSubscribers('http.server.response.finish')).toBe(false)
    expect([await ask(app), count(), program.recorder.stats().errors]).toEqual([answer, handlers, {}])
    program.close()
  })
}

/** What a listener of Node's own server answers to `GET /`. */
export async function answerOf(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // SAFE: it listens
  try {
    return await (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).text()
  } finally {
    server.close()
  }
}

/** Objects with their descriptors. */
export const descriptorsOf = (...objects: unknown[]): unknown[] =>
  objects.filter(each => each !== undefined).flatMap(each => [each, Object.getOwnPropertyDescriptors(each)])

/** `looks`: what is not an app of the library, or of a version that is not known. Proxies are among them already. */
export function testLooks(adapter: LibraryAdapter, looks: readonly unknown[]): void {
  test(`what only looks like an app of ${adapter.id} is left alone`, () => {
    const program = probed([])
    const untouched = { get: () => expect.unreachable(), getOwnPropertyDescriptor: () => expect.unreachable(), ownKeys: () => expect.unreachable() }
    const observe = (value: unknown): unknown => adapter.observe?.(program.recorder.access, { library: adapter.id, name: 'default', value })
    for (const value of [new Proxy({}, untouched), new Proxy(() => {}, untouched)]) expect(observe(value)).toBeUndefined()
    for (const value of looks) {
      const before = value === undefined ? undefined : Object.getOwnPropertyDescriptors(value)
      expect(observe(value)).toBeUndefined()
      if (before !== undefined) expect(Object.getOwnPropertyDescriptors(value)).toEqual(before)
    }
    expect(hasSubscribers('http.server.response.finish')).toBe(false)
    program.close()
  })
}
