import { EventEmitter, getEventListeners } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MessageChannel } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { asyncResourcesAdapter } from '../../src/node/async-resources.ts'
import { factsOf } from '../../src/node/emitter-facts.ts'
import { emittersAdapter } from '../../src/node/emitters.ts'
import { eventTargetsAdapter } from '../../src/node/event-targets.ts'
import { httpAdapter } from '../../src/node/http.ts'
import { threadsAdapter } from '../../src/node/threads.ts'
import { probed } from '../probed.ts'

test('emitters and targets show the listeners that were added, and call each in the context that added it', () => {
  const { recorder, hook, enter, dump } = probed(['adds', 'listens'])
  const detachers = [emittersAdapter, eventTargetsAdapter].map(adapter => adapter.attach(recorder.access, globalThis))
  const emitter = new EventEmitter()
  const target = new EventTarget()
  const order: unknown[] = []
  const listeners = [1, 2].map(
    id =>
      function (this: unknown, ...args: unknown[]): void {
        order.push([id, this === emitter, args])
        hook.v(enter('listens', id))
      },
  )
  for (const [at, listener] of listeners.entries()) {
    const F = enter('adds', at + 1)
    emitter.on('go', listener)
    target.addEventListener('go', listener)
    hook.v(F)
  }
  expect([emitter.rawListeners('go'), emitter.listenerCount('go'), getEventListeners(target, 'go')]).toEqual([listeners, 2, listeners])
  expect(Object.is(EventEmitter.prototype.on, EventEmitter.prototype.addListener)).toBe(true)
  expect(emitter.emit('go', 'a', 'b')).toBe(true)
  expect(order).toEqual([
    [1, true, ['a', 'b']],
    [2, true, ['a', 'b']],
  ])
  const lines = dump().split('\n')
  expect(lines.filter(line => line.includes('listens(') && line.startsWith('call-enter'))).toEqual([
    expect.stringMatching(/ ≪1 listens\(1\)$/),
    expect.stringMatching(/ ≪2 listens\(2\)$/),
  ])
  for (const listener of listeners) emitter.off('go', listener)
  expect([emitter.listenerCount('go'), emitter.emit('go')]).toEqual([0, false])
  for (const detach of detachers) detach?.()
})

test('messages arrive as they were sent, each caused by its sender', async () => {
  const { recorder, hook, enter, dump } = probed(['sends', 'receives'])
  const adapters = [asyncResourcesAdapter, emittersAdapter, eventTargetsAdapter, threadsAdapter]
  const detachers = adapters.map(adapter => adapter.attach(recorder.access, globalThis))
  const worker = process.getBuiltinModule('node:worker_threads')
  const { port1, port2 } = new worker.MessageChannel()
  const got: unknown[] = []
  await new Promise<void>(resolve => {
    port2.on('message', message => {
      got.push(message)
      hook.v(enter('receives', message))
      if (got.length === 3) resolve()
    })
    for (const id of [1, 2, 3]) {
      const F = enter('sends', id)
      port1.postMessage(id)
      hook.v(F)
    }
  })
  expect([got, port2.listenerCount('message'), port2 instanceof MessagePort, worker.MessageChannel.name]).toEqual([
    [1, 2, 3],
    1,
    true,
    MessageChannel.name,
  ])
  port1.close()
  for (const detach of detachers.toReversed()) detach?.()
  const lines = dump().split('\n')
  for (const id of [1, 2, 3]) expect(lines.find(line => line.endsWith(`receives(${id})`))).toContain(`≪${id} `)
})

test('what is known of an emitter is not to be seen on it, and does not grow with listeners that come and go', () => {
  const { recorder, hook, enter, dump } = probed(['adds', 'listens'])
  const detach = emittersAdapter.attach(recorder.access, globalThis)
  const emitter = Object.preventExtensions(new EventEmitter())
  const keys = Reflect.ownKeys(emitter)
  const lasting = (): void => undefined
  const coming = (): void => void hook.v(enter('listens'))
  const F = enter('adds', 'first')
  emitter.on('stay', lasting)
  for (let i = 0; i < 1000; i++) {
    emitter.on('go', coming)
    emitter.off('go', coming)
  }
  emitter.on('go', coming)
  hook.v(F)
  const G = enter('adds', 'last')
  emitter.off('go', coming)
  emitter.on('go', coming)
  hook.v(G)
  emitter.emit('go')
  expect([Reflect.ownKeys(emitter), Object.keys(structuredClone({ ...emitter, stay: 0, _events: 0 })).includes('facts')]).toEqual([keys, false])
  expect(factsOf(recorder.access, emitter).entries.length).toBeLessThanOrEqual(8)
  expect(dump()).toContain('call-enter #3 ≪2 listens()')
  detach?.()
})

test('facts of one recorder are none of another', () => {
  const emitter = new EventEmitter()
  const [one, other] = [probed([]).recorder.access, probed([]).recorder.access]
  factsOf(one, emitter).call = 7
  expect([factsOf(other, emitter).call, factsOf(one, emitter).call]).toEqual([0, 0])
})

test('a request is the cause of its handler, whoever made the server, and patches of emit that come later are called', async () => {
  const { recorder, hook, enter, dump } = probed(['opens', 'handles', 'reads'])
  const detachers = [emittersAdapter, httpAdapter].map(adapter => adapter.attach(recorder.access, globalThis))
  const F = enter('opens')
  const server = createServer((message, response) => {
    const G = enter('handles', message.url)
    message.on('data', () => hook.v(enter('reads')))
    message.on('end', () => response.end('done'))
    hook.v(G)
  })
  hook.v(F)
  const { emit } = EventEmitter.prototype
  const seen: unknown[] = []
  EventEmitter.prototype.emit = function (this: EventEmitter, ...args: Parameters<typeof emit>): boolean {
    if (this === server) seen.push(args[0])
    return Reflect.apply(emit, this, args)
  }
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // SAFE: it listens on a port
  const agent = new Agent()
  for (const path of ['/one', '/two']) {
    await new Promise(resolve => {
      const sent = request({ port, path, agent, method: 'POST' }, response => response.resume().on('end', resolve))
      sent.end('body')
    })
    recorder.chunks()
  }
  EventEmitter.prototype.emit = emit
  for (const detach of detachers) detach?.()
  server.close()
  const lines = dump()
    .split('\n')
    .filter(line => /handles\(|reads\(|\{method: "POST", url: "\//.test(line))
  const served = lines.filter(line => line.startsWith('activity-start'))
  expect(served.map(line => /url: "(.*?)"/.exec(line)?.[1])).toEqual(['/one', '/two'])
  for (const [at, start] of served.entries()) {
    const id = /#(\d+)/.exec(start)?.[1]
    const handler = lines.filter(line => line.includes('handles('))[at] ?? ''
    expect(handler).toContain(` ≪${id} handles("/${['one', 'two'][at]}")`)
    expect(lines.filter(line => line.includes('reads('))[at]).toContain(` ≪${/#(\d+)/.exec(handler)?.[1]} reads()`)
  }
  expect(seen.filter(type => type === 'request')).toHaveLength(2)
})
