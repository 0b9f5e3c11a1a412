/**
 * Listeners run in the context of their event. Events that people cause, or that bring something new to the page, are activities: one
 * for each dispatch, however many listeners it reaches. Other events only carry context: that of the code which dispatches them
 * synchronously, or else that of the code which added the listener.
 *
 * A wrapper belongs to (listener, type, capture), so adding a listener twice and removing it work as ever; the wrapper lives as long as
 * the listener. Handlers set as properties (`onclick = f`) are not wrapped: their calls are recorded as roots.
 */
import { ActivityType } from '@hindscope/protocol'
import { SafeMap, SafeWeakMap, originalSetTimeout, reflectApply } from '../recorder/intrinsics.ts'
import type { Adapter, RecorderAccess } from './adapter.ts'
import { combine, objectAt, patchMethod } from './patch.ts'

const ACTIVITIES: ReadonlySet<string> = new Set([
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

interface Registration {
  call: number
  root: number
  readonly wrapper: (event: unknown) => void
}

export const domEventsAdapter: Adapter = {
  id: 'dom-events',
  attach(recorder, realm) {
    const constructor = objectAt(realm, 'EventTarget')
    const prototype = constructor && objectAt(constructor, 'prototype')
    if (prototype === undefined || objectAt(realm, 'document') === undefined) return undefined
    const wrappers = new Wrappers(recorder, realm)
    return combine([
      patchMethod(prototype, 'addEventListener', (original, state) => {
        const methods = {
          add(this: unknown, ...args: unknown[]): unknown {
            if (state.isActive) args[1] = wrappers.forAdding(args[0], args[1], args[2])
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
    ])
  },
}

class Wrappers {
  private readonly byListener = new SafeWeakMap<WeakKey, SafeMap<string, Registration>>()
  private readonly activities = new SafeWeakMap<WeakKey, number>()
  private readonly recorder: RecorderAccess
  private readonly describe: (event: unknown) => object

  constructor(recorder: RecorderAccess, realm: object) {
    this.recorder = recorder
    this.describe = createDescriber(realm)
  }

  find(type: unknown, listener: unknown, options: unknown): Registration['wrapper'] | undefined {
    if (!isListener(listener) || typeof type !== 'string') return undefined
    return this.byListener.get(listener)?.get(keyOf(type, options))?.wrapper
  }

  forAdding(type: unknown, listener: unknown, options: unknown): unknown {
    // Anything that the platform would convert or refuse goes to the platform as it is; so do options that are more than plain data.
    if (!isListener(listener) || typeof type !== 'string' || !isPlainOptions(options)) return listener
    let registrations = this.byListener.get(listener)
    if (registrations === undefined) {
      registrations = new SafeMap()
      this.byListener.set(listener, registrations)
    }
    const key = keyOf(type, options)
    let registration = registrations.get(key)
    if (registration === undefined) {
      registration = this.register(type, listener)
      registrations.set(key, registration)
    }
    registration.call = this.recorder.currentCall()
    registration.root = this.recorder.currentRoot()
    return registration.wrapper
  }

  private register(type: string, listener: object): Registration {
    const { recorder } = this
    const isActivity = ACTIVITIES.has(type)
    const activityOf = (event: unknown): number => (isActivity ? this.activityOf(event) : 0)
    const registration: Registration = {
      call: 0,
      root: 0,
      wrapper(this: unknown, event: unknown): void {
        // A listener object's method is looked up at each dispatch (DOM standard, "inner invoke").
        const isFunction = typeof listener === 'function'
        const callback: unknown = isFunction ? listener : Reflect.get(listener, 'handleEvent')
        const run = (call: number, root: number): unknown =>
          recorder.runIn(call, root, callback as () => unknown, isFunction ? this : listener, [event]) // SAFE: a TypeError here is the platform's too
        const activity = activityOf(event)
        if (activity !== 0) run(activity, recorder.currentRoot() || activity)
        else if (recorder.currentCall() !== 0) run(recorder.currentCall(), recorder.currentRoot())
        else run(registration.call, registration.root)
      },
    }
    return registration
  }

  private activityOf(event: unknown): number {
    if (typeof event !== 'object' || event === null) return 0
    const known = this.activities.get(event)
    if (known !== undefined) return known
    const { recorder } = this
    const activity = recorder.startActivity(ActivityType.domEvent, this.describe(event))
    this.activities.set(event, activity)
    // The end of a dispatch cannot be seen; the next task comes after it.
    if (activity !== 0) originalSetTimeout(() => recorder.endActivity(activity, ActivityType.domEvent, {}), 0)
    return activity
  }
}

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
  const getter = (className: string, key: string): ((target: unknown) => unknown) => {
    const constructor = objectAt(realm, className)
    const prototype = constructor && objectAt(constructor, 'prototype')
    const get = prototype && Reflect.getOwnPropertyDescriptor(prototype, key)?.get
    return target => (get ? reflectApply(get, target, []) : undefined)
  }
  const typeOf = getter('Event', 'type')
  const targetOf = getter('Event', 'target')
  const keyOfEvent = getter('KeyboardEvent', 'key')
  const elementName = getter('Element', 'localName')
  const elementId = getter('Element', 'id')
  const classes = getter('Element', 'className')
  const selector = (target: unknown): string => {
    try {
      const id = elementId(target)
      const classNames = classes(target)
      const first = typeof classNames === 'string' ? classNames.trim().split(/\s+/)[0] : ''
      return `${String(elementName(target))}${id ? `#${String(id)}` : ''}${first ? `.${first}` : ''}`
    } catch {
      return target === realm ? 'window' : 'document' // SAFE: not an element.
    }
  }
  return event => {
    try {
      const type = String(typeOf(event))
      const fields: Record<string, unknown> = { type, target: selector(targetOf(event)) }
      // Which character was typed is not recorded, only keys that do something.
      if (type === 'keydown') {
        const key = String(keyOfEvent(event))
        if (key.length > 1) fields['key'] = key
      }
      return fields
    } catch {
      return { type: 'unknown', target: '' } // SAFE: an object that is no event of this realm.
    }
  }
}
