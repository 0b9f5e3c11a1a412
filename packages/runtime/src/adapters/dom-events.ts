/**
 * Listeners run in the context of their event. Events that people cause, or that bring something new to the page, are activities: one
 * for each dispatch, however many listeners it reaches. Other events only carry context: that of the code which dispatches them
 * synchronously, or else that of the code which added the listener to this target. An activity that nobody dispatched and no person
 * caused (`load`, `message`) has the adding of the listener as its cause.
 *
 * A wrapper belongs to (listener, type, capture), so adding a listener twice and removing it work as ever; the wrapper lives as long as
 * the listener. A handler property (`onclick = f`) holds a wrapper and shows `f`.
 */
import { ActivityType } from '@hindscope/protocol'
import { isNode } from '../realm.ts'
import { SafeMap, SafeWeakMap, keysOf, originalSetTimeout, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'
import type { Adapter, Detach, RecorderAccess } from './adapter.ts'
import { elementNamer, reader } from './native-reader.ts'
import { combine, objectAt, patchAccessor, patchMethod } from './patch.ts'

function namesOf(names: readonly string[]): SafeMap<string, true> {
  const table = new SafeMap<string, true>()
  for (const name of names) table.set(name, true)
  return table
}
const ACTIVITIES: SafeMap<string, true> = namesOf([
  'click',
  'dblclick',
  'submit',
  'input',
  'change',
  'keydown',
  'drop',
  'paste',
  'popstate',
  'hashchange',
  'load',
  'message',
])

/** Of these a person is the cause. */
const BY_PEOPLE: SafeMap<string, true> = namesOf([
  'click',
  'dblclick',
  'submit',
  'input',
  'change',
  'keydown',
  'drop',
  'paste',
  'popstate',
  'hashchange',
])

export interface EventContext {
  readonly call: number
  readonly root: number
}
interface Registration {
  /** Where the listener was added last, by target. */
  readonly contexts: SafeWeakMap<WeakKey, EventContext>
  readonly wrapper: (event: unknown) => unknown
}

/** What the listeners of an event run in, once somebody knows: the activity of its dispatch, or the message that it brings. */
export const eventContexts: SafeWeakMap<WeakKey, EventContext> = new SafeWeakMap()

export const domEventsAdapter: Adapter = {
  id: 'dom-events',
  attach(recorder, realm) {
    const constructor = objectAt(realm, 'EventTarget')
    const prototype = constructor && objectAt(constructor, 'prototype')
    if (prototype === undefined || isNode()) return undefined
    const wrappers = new Wrappers(recorder, realm)
    return combine([
      patchMethod(prototype, 'addEventListener', (original, state) => {
        const methods = {
          add(this: unknown, ...args: unknown[]): unknown {
            if (state.isActive) args[1] = wrappers.forAdding(this ?? realm, args[0], args[1], args[2])
            return reflectApply(original, this, args as never) // SAFE: what the caller gave, the listener wrapped
          },
        }
        return methods.add
      }),
      // Stays able to find the wrappers after detaching, as long as the program holds it.
      patchMethod(prototype, 'removeEventListener', original => {
        const methods = {
          remove(this: unknown, ...args: unknown[]): unknown {
            const wrapper = wrappers.find(args[0], args[1], args[2])
            // The listener may have been added before the adapter was attached: then it is registered as it is.
            if (wrapper !== undefined) reflectApply(original, this, [args[0], wrapper, args[2]] as never) // SAFE: as the caller gave
            return reflectApply(original, this, args as never) // SAFE: what the caller gave
          },
        }
        return methods.remove
      }),
      ...handlerHolders(realm).flatMap(holder =>
        keysOf(holder).map(key => (typeof key === 'string' && key.startsWith('on') ? wrappers.patchHandler(holder, key) : undefined)),
      ),
    ])
  },
}

/** The objects that may have handler properties: prototypes of classes, and the global itself. */
function handlerHolders(realm: object): object[] {
  const holders = [realm]
  for (const name of keysOf(realm)) {
    const value: unknown = ownDescriptor(realm, name)?.value
    const prototype: unknown = typeof value === 'function' ? ownDescriptor(value, 'prototype')?.value : undefined
    if (typeof prototype === 'object' && prototype !== null) holders.push(prototype)
  }
  return holders
}

class Wrappers {
  private readonly byListener = new SafeWeakMap<WeakKey, SafeMap<string, Registration>>()
  private readonly listeners = new SafeWeakMap<WeakKey, unknown>()
  private readonly recorder: RecorderAccess
  private readonly describe: (event: unknown) => object
  private readonly realm: object

  constructor(recorder: RecorderAccess, realm: object) {
    this.recorder = recorder
    this.realm = realm
    this.describe = createDescriber(realm)
  }

  find(type: unknown, listener: unknown, options: unknown): Registration['wrapper'] | undefined {
    if (!isListener(listener) || typeof type !== 'string') return undefined
    return this.byListener.get(listener)?.get(keyOf(type, options))?.wrapper
  }

  /** `undefined` where `key` is no handler property. */
  patchHandler(holder: object, key: string): Detach | undefined {
    const type = key.slice(2)
    return patchAccessor(
      holder,
      key,
      (target, value) => (typeof value === 'function' ? this.wrapperOf(target ?? this.realm, type, `on${type}`, value) : value),
      value => (typeof value === 'function' ? (this.listeners.get(value) ?? value) : value),
    )
  }

  forAdding(target: unknown, type: unknown, listener: unknown, options: unknown): unknown {
    // Anything that the platform would convert or refuse goes to the platform as it is; so do options that are more than plain data.
    if (!isListener(listener) || typeof type !== 'string' || !isPlainOptions(options)) return listener
    return this.wrapperOf(target, type, keyOf(type, options), listener)
  }

  private wrapperOf(target: unknown, type: string, key: string, listener: object): unknown {
    let registrations = this.byListener.get(listener)
    if (registrations === undefined) {
      registrations = new SafeMap()
      this.byListener.set(listener, registrations)
    }
    let registration = registrations.get(key)
    if (registration === undefined) {
      registration = this.register(type, listener)
      registrations.set(key, registration)
    }
    if (typeof target === 'object' && target !== null) {
      registration.contexts.set(target, { call: this.recorder.currentCall(), root: this.recorder.currentRoot() })
    }
    return registration.wrapper
  }

  private register(type: string, listener: object): Registration {
    const { recorder } = this
    const contexts = new SafeWeakMap<WeakKey, EventContext>()
    const contextOf = (event: unknown, target: unknown): EventContext => this.contextOf(type, event, contexts.get(target as WeakKey) ?? NO_CONTEXT) // SAFE: a map asked for another value has nothing
    const wrapper = function (this: unknown, event: unknown): unknown {
      // A listener object's method is looked up at each dispatch (DOM standard, "inner invoke").
      const isFunction = typeof listener === 'function'
      const callback = (isFunction ? listener : Reflect.get(listener, 'handleEvent')) as () => unknown // SAFE: a TypeError here is the platform's too
      const { call, root } = contextOf(event, this)
      return recorder.runIn(call, root, callback, isFunction ? this : listener, arguments)
    }
    this.listeners.set(wrapper, listener)
    return { contexts, wrapper }
  }

  private contextOf(type: string, event: unknown, added: EventContext): EventContext {
    const { recorder } = this
    const isObject = typeof event === 'object' && event !== null
    const known = isObject ? eventContexts.get(event) : undefined
    // Listeners of other chains keep theirs where no person is the cause.
    if (known !== undefined) return BY_PEOPLE.has(type) || added.call === 0 || added.root === known.root || !ACTIVITIES.has(type) ? known : added
    const call = recorder.currentCall()
    const now = call === 0 ? added : { call, root: recorder.currentRoot() }
    return isObject && ACTIVITIES.has(type) ? this.beginActivity(event, call === 0 && BY_PEOPLE.has(type) ? NO_CONTEXT : now) : now
  }

  private beginActivity(event: object, { call, root }: EventContext): EventContext {
    const { recorder } = this
    const activity = recorder.startActivity(ActivityType.domEvent, this.describe(event), call)
    if (activity === 0) return NO_CONTEXT
    const context = { call: activity, root: root || activity }
    eventContexts.set(event, context)
    // The end of a dispatch cannot be seen; the next task comes after it.
    originalSetTimeout(() => recorder.endActivity(activity, ActivityType.domEvent, {}), 0)
    return context
  }
}

const NO_CONTEXT: EventContext = { call: 0, root: 0 }

const isListener = (listener: unknown): listener is object => typeof listener === 'function' || (typeof listener === 'object' && listener !== null)

/** The options are read twice (here and by the platform), so they must be data. */
function isPlainOptions(options: unknown): boolean {
  if (typeof options !== 'object' || options === null) return true
  const prototype: unknown = Reflect.getPrototypeOf(options)
  const capture = Reflect.getOwnPropertyDescriptor(options, 'capture')
  return (prototype === null || prototype === Object.prototype) && (capture === undefined || 'value' in capture)
}

function keyOf(type: string, options: unknown): string {
  const isCapture =
    typeof options === 'object' && options !== null ? Boolean(Reflect.getOwnPropertyDescriptor(options, 'capture')?.value) : Boolean(options)
  return isCapture ? `${type}:capture` : type
}

/** `{type, target}`, read through the platform's own getters. */
function createDescriber(realm: object): (event: unknown) => object {
  const typeOf = reader(realm, 'Event', 'type')
  const targetOf = reader(realm, 'Event', 'target')
  const keyOfEvent = reader(realm, 'KeyboardEvent', 'key')
  const elementName = elementNamer(realm)
  return event => {
    const type = typeOf(event)
    // An object that is no event of this realm.
    if (type === undefined) return { type: 'unknown', target: '' }
    const fields: Record<string, unknown> = { type, target: elementName(targetOf(event)) }
    // Which character was typed is not recorded, only keys that do something.
    if (type === 'keydown') {
      const key = keyOfEvent(event)
      if (typeof key === 'string' && key.length > 1) fields['key'] = key
    }
    return fields
  }
}
