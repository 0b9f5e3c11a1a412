import { EventEmitter, getEventListeners } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { asyncResourcesAdapter } from '../../src/node/async-resources.ts'
import { emittersAdapter } from '../../src/node/emitters.ts'
import { threadsAdapter } from '../../src/node/threads.ts'
import { probed } from '../probed.ts'

test('emitters and targets show the listeners that were added, and call each in the context that added it', () => {
  const { recorder, hook, enter, dump } = probed(['adds', 'listens'])
  const detach = emittersAdapter.attach(recorder.access, globalThis)
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
  detach?.()
})

test('messages arrive as they were sent, each caused by its sender', async () => {
  const { recorder, hook, enter, dump } = probed(['sends', 'receives'])
  const adapters = [asyncResourcesAdapter, emittersAdapter, threadsAdapter]
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
