/** What went wrong between the page and the engine, as something a panel can show. The UI never throws these away into the console. */
import { diagnostic } from '@hindscope/protocol'
import type { MessageCode, MessageParams } from '@hindscope/protocol'

export interface Failure {
  readonly code: string
  readonly message: string
  /** What to do about it; empty when the engine did not say. */
  readonly fix: string
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

export const succeed = <T>(value: T): Result<T> => ({ ok: true, value })

export function failWith(code: MessageCode, params: MessageParams): Result<never> {
  const { message, fix } = diagnostic(code, 'error', params)
  return { ok: false, failure: { code, message, fix } }
}

export const failureText = (failure: Failure): string => `[${failure.code}] ${failure.message} ${failure.fix}`.trim()
