/**
 * XMLHttpRequest: an http-client activity per request, and our headers on requests to the page's own origin, unless the program sets a
 * `traceparent` itself. Its listeners run as those of any event target.
 */
import { ActivityType, TRACEPARENT } from '@hindscope/protocol'
import type { Adapter, RecorderAccess } from '../adapters/adapter.ts'
import { combine, objectAt, originalOf, patchMethod } from '../adapters/patch.ts'
import { mayCarryHeaders, recordedUrl, traceHeaders } from '../adapters/request-context.ts'
import { SafeWeakMap, ownDescriptor, reflectApply } from '../recorder/intrinsics.ts'

interface Opened {
  readonly method: string
  readonly url: URL
  hasOwnTrace: boolean
}
type Method = (this: unknown, ...args: never[]) => unknown

export const xhrAdapter: Adapter = {
  id: 'xhr',
  attach(recorder, realm) {
    const prototype = objectAt(objectAt(realm, 'XMLHttpRequest') ?? {}, 'prototype')
    const location = objectAt(realm, 'location') as Location | undefined // SAFE: a page's or worker's
    if (prototype === undefined || location === undefined) return undefined
    const opened = new SafeWeakMap<object, Opened>()
    /** Every call passes through, after or before `note`; nothing that the note throws does. */
    const patch = (key: string, isBefore: boolean, note: (request: object, args: readonly unknown[]) => void): ReturnType<typeof patchMethod> =>
      patchMethod(prototype, key, (original, state) => {
        const tell = (request: unknown, args: readonly unknown[]): void => {
          try {
            if (state.isActive) note(request as object, args) // SAFE: the original takes nothing else
          } catch {
            recorder.fail('adapter-failed') // SAFE: the request goes out as the program made it; counted.
          }
        }
        const methods = {
          call(this: unknown, ...args: unknown[]): unknown {
            if (isBefore) tell(this, args)
            const result = reflectApply(original, this, args as never) // SAFE: as given
            if (!isBefore) tell(this, args)
            return result
          },
        }
        return methods.call
      })
    return combine([
      patch('open', false, (request, [method, url]) => {
        opened.delete(request)
        if (typeof method !== 'string' || (typeof url !== 'string' && !(url instanceof URL))) return
        opened.set(request, { method: method.toUpperCase(), url: new URL(url, location.href), hasOwnTrace: false })
      }),
      patch('setRequestHeader', false, (request, [name]) => {
        const open = opened.get(request)
        if (open !== undefined && typeof name === 'string' && name.toLowerCase() === TRACEPARENT) open.hasOwnTrace = true
      }),
      patch('send', true, request => {
        const open = opened.get(request)
        if (open === undefined) return
        opened.delete(request)
        send(recorder, prototype, realm, request, open, location.origin)
      }),
    ])
  },
}

function send(
  recorder: RecorderAccess,
  prototype: object,
  realm: object,
  request: object,
  { method, url, hasOwnTrace }: Opened,
  origin: string,
): void {
  const native = (from: object | undefined, key: string): Method => {
    const value = ownDescriptor(from ?? {}, key)?.value as unknown
    return (originalOf(value) ?? value) as Method // SAFE: the platform's own
  }
  const root = recorder.currentRoot()
  const activity = recorder.startActivity(ActivityType.httpClient, { method, url: recordedUrl(url, recorder.isRedacted) })
  if (activity === 0) return
  if (mayCarryHeaders(url, origin) && !hasOwnTrace) {
    for (const [name, value] of traceHeaders(recorder, activity, root))
      reflectApply(native(prototype, 'setRequestHeader'), request, [name, value] as never) // SAFE: two texts
  }
  const statusOf = ownDescriptor(prototype, 'status')?.get
  const ended = (): void => {
    const status = statusOf === undefined ? 0 : Number(reflectApply(statusOf, request, []))
    recorder.endActivity(activity, ActivityType.httpClient, status > 0 ? { status } : { status, error: 'no response' })
  }
  const targets = objectAt(objectAt(realm, 'EventTarget') ?? {}, 'prototype')
  reflectApply(native(targets, 'addEventListener'), request, ['loadend', ended, { once: true }] as never) // SAFE: what the method takes
}
