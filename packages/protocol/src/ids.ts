/**
 * Branded ids. A brand costs nothing at run time and keeps a realm number from being passed where a call number is meant.
 * Constructors are the only casts; they check ranges, because ids cross process boundaries.
 */
import { textPart } from './captured.ts'
import { HindscopeError } from './diagnostics.ts'

declare const brand: unique symbol
type Brand<T, B extends string> = T & { readonly [brand]: B }

/** 32 lower-case hex digits: one capture from start to stop, over all realms. */
export type SessionId = Brand<string, 'SessionId'>
/** Unsigned 32-bit random number: one JS global (page, worker, process, vm context) within a session. Never 0. */
export type RealmId = Brand<number, 'RealmId'>
/** 16 lower-case hex digits, content hash of a module's text, id and plan: one manifest. */
export type ModuleKey = Brand<string, 'ModuleKey'>
/** Realm-wide probe number: base that the realm gave the module + index in its manifest. */
export type ProbeId = Brand<number, 'ProbeId'>
/** Realm-wide number of one call or activity, from 1 upwards. 0 means none. */
export type CallId = Brand<number, 'CallId'>
/** Realm-wide number of one event, from 0 upwards, without gaps: dropped events keep their numbers. */
export type Seq = Brand<number, 'Seq'>

const hex = (length: number): RegExp => new RegExp(`^[0-9a-f]{${length}}$`)
const SESSION = hex(32)
const MODULE = hex(16)

function checkUint32(name: string, value: number, min: number): number {
  if (!Number.isInteger(value) || value < min || value > 0xffffffff) {
    throw new HindscopeError('id-out-of-range', { name, value: String(value) })
  }
  return value
}

export function sessionId(text: string): SessionId {
  if (!SESSION.test(text)) throw new HindscopeError('id-malformed', { name: 'session id', value: text, expected: '32 hex digits' })
  return text as SessionId // SAFE: checked above
}
export function moduleKey(text: string): ModuleKey {
  if (!MODULE.test(text)) throw new HindscopeError('id-malformed', { name: 'module key', value: text, expected: '16 hex digits' })
  return text as ModuleKey // SAFE: checked above
}
export const realmId = (value: number): RealmId => checkUint32('realm id', value, 1) as RealmId // SAFE: checked
export const probeId = (value: number): ProbeId => checkUint32('probe id', value, 0) as ProbeId // SAFE: checked
export const callId = (value: number): CallId => checkUint32('call id', value, 0) as CallId // SAFE: checked
export const seq = (value: number): Seq => checkUint32('sequence number', value, 0) as Seq // SAFE: checked

/** A fresh session id. `random` fills its argument with random bytes (crypto.getRandomValues shape). */
export function createSessionId(random: (bytes: Uint8Array) => unknown): SessionId {
  const bytes = new Uint8Array(16)
  random(bytes)
  return sessionId(toHex(bytes))
}

export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(textPart(text, i * 2, i * 2 + 2), 16)
  return bytes
}
