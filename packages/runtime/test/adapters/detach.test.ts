import asyncHooks from 'node:async_hooks'
import childProcess from 'node:child_process'
import diagnosticsChannel from 'node:diagnostics_channel'
import { EventEmitter } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import timers from 'node:timers'
import threads from 'node:worker_threads'
import { dumpEvents } from '@hindscope/testkit'
import { describe, expect, test } from 'vitest'
import type { Adapter } from '../../src/adapters/adapter.ts'
import { consoleAdapter } from '../../src/adapters/console.ts'
import { promisesAdapter } from '../../src/adapters/promises.ts'
import { timersAdapter } from '../../src/adapters/timers.ts'
import { uncaughtAdapter } from '../../src/adapters/uncaught.ts'
import { proxyRegistryAdapter } from '../../src/browser/proxy-registry.ts'
import { asyncResourcesAdapter } from '../../src/node/async-resources.ts'
import { callbacksAdapter } from '../../src/node/callbacks.ts'
import { emittersAdapter } from '../../src/node/emitters.ts'
import { eventTargetsAdapter } from '../../src/node/event-targets.ts'
import { httpAdapter } from '../../src/node/http.ts'
import { threadsAdapter } from '../../src/node/threads.ts'
import { undiciAdapter } from '../../src/node/undici.ts'
import { knownProxies } from '../../src/recorder/proxy-test.ts'
import { probed, tick } from '../probed.ts'

const PLACES: readonly (readonly [object, readonly PropertyKey[]])[] = [
  [globalThis, ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'Proxy', 'MessageChannel']],
  [process, ['nextTick', 'emit', 'on']],
  [Promise.prototype, ['then', 'catch', 'finally']],
  [console, ['debug', 'log', 'info', 'warn', 'error', 'trace']],
  [http, ['request', 'get']],
  [https, ['request', 'get']],
  [EventEmitter.prototype, ['emit', 'on', 'addListener', 'prependListener']],
  [EventTarget.prototype, ['addEventListener', Symbol.for('nodejs.internal.kHybridDispatch')]],
  [fs, ['readFile', 'exists', 'read', 'stat']],
  [timers, ['setTimeout', 'setInterval', 'setImmediate']],
  [childProcess, ['exec', 'execFile']],
  [childProcess.ChildProcess.prototype, ['spawn']],
  [asyncHooks, ['AsyncResource']],
  [asyncHooks.AsyncResource, ['bind', 'length', 'name', 'prototype']],
  [asyncHooks.AsyncResource.prototype, ['runInAsyncScope', 'constructor']],
  [threads, ['Worker', 'MessageChannel', 'receiveMessageOnPort']],
  [threads.Worker.prototype, ['postMessage', 'constructor']],
  [threads.MessagePort.prototype, ['postMessage']],
]
const descriptors = (): unknown[] => PLACES.flatMap(([target, keys]) => keys.map(key => Object.getOwnPropertyDescriptor(target, key)))
const CHANNELS = ['create', 'headers', 'error'].map(name => `undici:request:${name}`)
const listeners = (): unknown[] => [
  ...process.eventNames().map(name => [name, process.listenerCount(name)]),
  ...CHANNELS.map(name => [name, diagnosticsChannel.hasSubscribers(name)]),
]

const ADAPTERS: readonly Adapter[] = [
  uncaughtAdapter,
  consoleAdapter,
  promisesAdapter,
  timersAdapter,
  undiciAdapter,
  httpAdapter,
  callbacksAdapter,
  asyncResourcesAdapter,
  emittersAdapter,
  eventTargetsAdapter,
  threadsAdapter,
  proxyRegistryAdapter,
]
const { access } = probed([]).recorder

describe('detaching puts back every descriptor and listener', () => {
  test.each(ADAPTERS.map(adapter => ({ id: adapter.id, adapter })))('$id', ({ adapter }) => {
    const before = { descriptors: descriptors(), listeners: listeners() }
    const detach = adapter.attach(access, globalThis)
    const during = { descriptors: descriptors(), listeners: listeners() }
    detach?.()
    expect(during).not.toEqual(before)
    expect({ descriptors: descriptors(), listeners: listeners() }).toEqual(before)
  })

  test('a patch on top of ours is left in place and ours passes through', async () => {
    const { recorder, hook, enter } = probed(['f'])
    const detach = promisesAdapter.attach(recorder.access, globalThis)
    const ours = Object.getOwnPropertyDescriptor(Promise.prototype, 'then') as PropertyDescriptor // SAFE: it was just patched
    const theirs = function (this: Promise<unknown>, ...args: unknown[]): unknown {
      return Reflect.apply(ours.value as () => unknown, this, args) // SAFE: a method
    }
    Object.defineProperty(Promise.prototype, 'then', { ...ours, value: theirs })
    detach?.()
    const isStill = Object.is(Object.getOwnPropertyDescriptor(Promise.prototype, 'then')?.value, theirs)
    const F = enter('f')
    const result = await Promise.resolve(1).then(value => value + 1)
    hook.v(F)
    Reflect.deleteProperty(Promise.prototype, 'then')
    Object.defineProperty(Promise.prototype, 'then', { ...ours, value: nativeThen })
    expect([isStill, result]).toEqual([true, 2])
  })
})
const nativeThen = Object.getOwnPropertyDescriptor(Promise.prototype, 'then')?.value as unknown

describe('context', () => {
  const withAdapters = async (
    adapters: readonly Adapter[],
    program: (at: ReturnType<typeof probed>) => void,
    done: () => Promise<void> = tick,
  ): Promise<string[]> => {
    const at = probed(['caller', 'callback'])
    const detachers = adapters.map(adapter => adapter.attach(at.recorder.access, globalThis))
    program(at)
    await done()
    for (const detach of detachers.toReversed()) detach?.()
    return at.dump().split('\n')
  }

  test.each<readonly [string, (callback: () => void) => void]>([
    ['then', callback => void Promise.resolve().then(callback)],
    ['catch', callback => void Promise.reject(1).catch(callback)],
    ['finally', callback => void Promise.resolve().finally(callback)],
    ['then of a later link', callback => void Promise.resolve().then(() => 1).then(callback)], // prettier-ignore
    ['setTimeout', callback => void setTimeout(callback, 0)],
    ['setImmediate', callback => void setImmediate(callback)],
    ['queueMicrotask', callback => queueMicrotask(callback)],
    ['nextTick', callback => process.nextTick(callback)],
  ])('a callback of %s has its scheduler as cause', async (_label, schedule) => {
    const lines = await withAdapters(
      [promisesAdapter, timersAdapter],
      ({ hook, enter }) => {
        const F = enter('caller')
        schedule(() => hook.v(enter('callback')))
        hook.v(F)
        const G = enter('caller')
        hook.v(G)
      },
      () => new Promise(resolve => setTimeout(resolve, 20)),
    )
    expect(lines.filter(line => line.includes('callback('))).toEqual([expect.stringMatching(/^call-enter #\d+ ≪1 callback\(\)$/)])
  })

  test('concurrent chains do not mix', async () => {
    const lines = await withAdapters(
      [promisesAdapter, timersAdapter],
      ({ hook, enter }) => {
        for (let i = 0; i < 20; i++) {
          const F = enter('caller', i)
          void Promise.resolve()
            .then(() => new Promise(resolve => setTimeout(resolve, i % 3)))
            .then(() => hook.v(enter('callback', i)))
          hook.v(F)
        }
      },
      () => new Promise(resolve => setTimeout(resolve, 40)),
    )
    for (let i = 0; i < 20; i++) expect(lines.find(line => line.endsWith(`callback(${i})`))).toContain(`≪${i + 1} `)
  })

  test('console calls belong to the call around them, and print as ever', async () => {
    const printed: unknown[][] = []
    const original = Object.getOwnPropertyDescriptor(console, 'warn') as PropertyDescriptor // SAFE: console has it
    Object.defineProperty(console, 'warn', { ...original, value: (...args: unknown[]) => void printed.push(args) })
    const lines = await withAdapters([consoleAdapter], ({ hook, enter }) => {
      const F = enter('caller')
      console.warn('%s', { a: 1 })
      hook.v(F)
    })
    Object.defineProperty(console, 'warn', original)
    expect(printed).toEqual([['%s', { a: 1 }]])
    expect(lines).toContain('console #1 warn → ["%s", {a: 1}]')
  })

  test('an error thrown by a callback passes through and closes its frames', () => {
    const { recorder, enter, dump } = probed(['caller', 'callback'])
    enter('caller')
    const boom = new Error('boom')
    const run = (): unknown => recorder.access.runIn(1, 1, () => { enter('callback'); throw boom }, undefined, []) // prettier-ignore
    expect(run).toThrow(boom)
    expect(dumpEvents(recorder.chunks())).toContain('call-unwind #2')
    expect(recorder.access.currentCall()).toBe(1)
    expect(dump()).not.toContain('call-unwind #1')
  })
})

test('the Proxy stand-in is transparent and remembers what it makes', () => {
  const native = Proxy
  const detach = proxyRegistryAdapter.attach(access, globalThis)
  const target = {}
  const made = new Proxy(target, {})
  const { proxy } = Proxy.revocable(target, {})
  expect([Proxy.name, Proxy.length, Object.hasOwn(Proxy, 'prototype'), typeof Proxy.revocable]).toEqual([
    native.name,
    native.length,
    false,
    'function',
  ])
  expect(() => Reflect.apply(Proxy, undefined, [target, {}])).toThrow(TypeError)
  expect(() => new Proxy(1 as never, {})).toThrow(TypeError)
  detach?.()
  expect(Proxy).toBe(native)
  expect([knownProxies.has(made), knownProxies.has(proxy), knownProxies.has(target)]).toEqual([true, true, false])
})
