/** Secrets that enter a page: passwords that people type, its cookies, its own address. */
import type { Adapter, Detach, RecorderAccess } from '../adapters/adapter.ts'
import { combine, objectAt } from '../adapters/patch.ts'
import { reader } from '../adapters/native-reader.ts'
import { secretFields } from '../adapters/secret-fields.ts'
import { taintCookies, taintQuery } from '../adapters/secret-values.ts'
import { performanceNow, reflectApply } from '../recorder/intrinsics.ts'

/** Reading the cookies asks another process: not more often than this, in milliseconds. */
const COOKIES_EVERY = 500

export const secretInputsAdapter: Adapter = {
  id: 'secret-inputs',
  attach(recorder, realm) {
    const location = objectAt(realm, 'location')
    if (location !== undefined) taintQuery(recorder, String(Reflect.get(location, 'href')))
    if (recorder.isTainting('cookies')) watchCookies(recorder, realm)
    return recorder.isTainting('passwords') ? watchPasswords(recorder, realm) : undefined
  },
}

function watchCookies(recorder: RecorderAccess, realm: object): void {
  const document = objectAt(realm, 'document')
  const cookiesOf = reader(realm, 'Document', 'cookie')
  let known = ''
  let next = 0
  const read = (): void => {
    if (performanceNow() < next) return
    next = performanceNow() + COOKIES_EVERY
    const cookies = cookiesOf(document)
    if (typeof cookies !== 'string' || cookies === known) return
    known = cookies
    taintCookies(recorder, cookies, ';')
  }
  if (document === undefined) return
  read()
  recorder.onSeal(read)
}

/** In the capture phase at the window, so before any listener of the program sees the text. */
function watchPasswords(recorder: RecorderAccess, realm: object): Detach | undefined {
  const add = Reflect.get(realm, 'addEventListener')
  const remove = Reflect.get(realm, 'removeEventListener')
  if (objectAt(realm, 'HTMLInputElement') === undefined || typeof add !== 'function' || typeof remove !== 'function') return undefined
  const targetOf = reader(realm, 'Event', 'target')
  const typeOf = reader(realm, 'HTMLInputElement', 'type')
  const valueOf = reader(realm, 'HTMLInputElement', 'value')
  const isSecret = secretFields(recorder, realm)
  const listener = (event: unknown): void => {
    const field = targetOf(event)
    if (typeof field !== 'object' || field === null || typeOf(field) === undefined || !isSecret(field)) return
    const value = valueOf(field)
    if (typeof value === 'string') recorder.taint(value, 'password-input')
  }
  return combine(
    ['input', 'change'].map(type => {
      reflectApply(add, realm, [type, listener, true])
      return () => reflectApply(remove, realm, [type, listener, true])
    }),
  )
}
