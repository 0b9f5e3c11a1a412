/** What an action says of itself. */
import { keysOf } from '../recorder/intrinsics.ts'
import { dataOf, isObject, isProxy } from './state-diff.ts'
import { NO_PAYLOAD } from './state-recorder.ts'

/** A text, of Redux 4 a symbol too; what is no action is named by what it is. */
export function actionName(action: unknown): string {
  const type = dataOf(action, 'type')
  if (typeof type === 'string') return type
  if (typeof type === 'symbol') return String(type)
  if (typeof action !== 'function') return 'action'
  const name = dataOf(action, 'name')
  return typeof name === 'string' && name !== '' ? `thunk ${name}` : 'thunk'
}

/** `payload`, as Redux Toolkit has it; of other actions the whole, unless the type is all. */
export function actionPayload(action: unknown): unknown {
  if (!isObject(action) || isProxy(action)) return NO_PAYLOAD
  const keys = keysOf(action)
  if (keys.includes('payload')) return dataOf(action, 'payload')
  return keys.some(key => key !== 'type') ? action : NO_PAYLOAD
}

/** By which the actions of one asynchronous thunk of Redux Toolkit know each other. */
export function requestOf(action: unknown): string | undefined {
  const id = dataOf(dataOf(action, 'meta'), 'requestId')
  return typeof id === 'string' ? id : undefined
}
