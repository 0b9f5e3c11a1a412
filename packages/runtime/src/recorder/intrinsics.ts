/**
 * What the recorder calls, captured when the module loads: code that patches globals later (fake timers, polyfills, user prototypes)
 * never reaches the recorder, and the recorder never runs user code through a patched prototype.
 *
 * `uncurry` turns a method into a function whose first argument is `this`; it is bound once, so calling it looks nothing up. The Safe
 * collections carry own copies of the methods, so `map.get(x)` does not go through the (patchable) Map.prototype.
 */
type Method = (this: never, ...args: never[]) => unknown

const { apply, construct, getOwnPropertyDescriptor, getPrototypeOf, ownKeys, defineProperty } = Reflect
const call = Function.prototype.call

// SAFE: the callers name the type of the method that they pass.
const uncurry = <F>(method: unknown): F => call.bind(method as Method) as F

export const reflectApply: typeof Reflect.apply = apply
export const reflectConstruct: typeof Reflect.construct = construct
export const ownDescriptor: (target: object, key: PropertyKey) => PropertyDescriptor | undefined = getOwnPropertyDescriptor
export const prototypeOf: (target: object) => object | null = getPrototypeOf
export const keysOf: (target: object) => (string | symbol)[] = ownKeys
export const namesOf: (target: object) => (string | symbol)[] = Object.getOwnPropertyNames
export const symbolsOf: (target: object) => symbol[] = Object.getOwnPropertySymbols
export const define: typeof Reflect.defineProperty = defineProperty
export const objectPrototype: object = Object.prototype
export const arrayPrototype: object = Array.prototype
export const isFrozen: (target: object) => boolean = Object.isFrozen
const lookup: unknown = ownDescriptor(objectPrototype, '__lookupGetter__')?.value
/**
 * The getter that reading the key would run, undefined for data. Asks with [[GetOwnProperty]] along the prototypes, none of which may be a
 * proxy (ECMA-262, B.2.2.4). A third of the price of a descriptor where the key is an index.
 */
export const getterOf: (target: object, key: number) => unknown = typeof lookup === 'function' ? uncurry(lookup) : () => objectPrototype
/** True while a descriptor of an accessor has no `writable` but from Object.prototype, that is, none. */
export const areDescriptorsClean = (): boolean => !('writable' in PLAIN)
const PLAIN: object = {}
export const isArray: (value: unknown) => value is unknown[] = Array.isArray
export const isView: (value: unknown) => boolean = ArrayBuffer.isView
export const hasOwn: (target: object, key: PropertyKey) => boolean = uncurry(Object.prototype.hasOwnProperty)

const getter = <F>(prototype: object, key: PropertyKey): F => {
  const found = getOwnPropertyDescriptor(prototype, key)?.get
  return found ? uncurry<F>(found) : (((): undefined => undefined) as F) // SAFE: an engine without the accessor has no such objects either
}
type Read<T> = (target: object) => T

const typedArrayPrototype = getPrototypeOf(Uint8Array.prototype) as object // SAFE: %TypedArray%.prototype exists in every engine
export const typedArrayName: Read<string | undefined> = getter(typedArrayPrototype, Symbol.toStringTag)
export const typedArrayBuffer: Read<ArrayBuffer> = getter(typedArrayPrototype, 'buffer')
export const typedArrayOffset: Read<number> = getter(typedArrayPrototype, 'byteOffset')
export const typedArrayBytes: Read<number> = getter(typedArrayPrototype, 'byteLength')
export const dataViewBuffer: Read<ArrayBuffer> = getter(DataView.prototype, 'buffer')
export const dataViewOffset: Read<number> = getter(DataView.prototype, 'byteOffset')
export const dataViewBytes: Read<number> = getter(DataView.prototype, 'byteLength')
export const arrayBufferBytes: Read<number> = getter(ArrayBuffer.prototype, 'byteLength')
export const sharedBufferBytes: Read<number> =
  typeof SharedArrayBuffer === 'function' ? getter(SharedArrayBuffer.prototype, 'byteLength') : arrayBufferBytes
export const mapSize: Read<number> = getter(Map.prototype, 'size')
export const setSize: Read<number> = getter(Set.prototype, 'size')
export const mapEntries: (target: object) => IterableIterator<[unknown, unknown]> = uncurry(Map.prototype.entries)
export const setValues: (target: object) => IterableIterator<unknown> = uncurry(Set.prototype.values)
const mapIteratorPrototype = getPrototypeOf(new Map().entries()) as Iterator<unknown> // SAFE: an iterator has its prototype
const setIteratorPrototype = getPrototypeOf(new Set().values()) as Iterator<unknown> // SAFE: as above
export const mapIteratorNext: (iterator: object) => IteratorResult<[unknown, unknown]> = uncurry(mapIteratorPrototype.next)
export const setIteratorNext: (iterator: object) => IteratorResult<unknown> = uncurry(setIteratorPrototype.next)
export const dateTime: Read<number> = uncurry(Date.prototype.getTime)
export const numberValue: Read<number> = uncurry(Number.prototype.valueOf)
export const stringValue: Read<string> = uncurry(String.prototype.valueOf)
export const booleanValue: Read<boolean> = uncurry(Boolean.prototype.valueOf)
export const bigintValue: Read<bigint> = uncurry(BigInt.prototype.valueOf)
export const symbolValue: Read<symbol> = uncurry(Symbol.prototype.valueOf)
export const symbolDescription: (value: symbol) => string | undefined = getter(Symbol.prototype, 'description')
export const bigintText: (value: bigint) => string = uncurry(BigInt.prototype.toString)
export const stringSlice: (text: string, from: number, to: number) => string = uncurry(String.prototype.slice)
export const stringIncludes: (text: string, part: string) => boolean = uncurry(String.prototype.includes)
export const stringIndexOf: (text: string, part: string, from: number) => number = uncurry(String.prototype.indexOf)
export const stringStartsWith: (text: string, part: string, at: number) => boolean = uncurry(String.prototype.startsWith)
export const stringLastIndexOf: (text: string, part: string, from: number) => number = uncurry(String.prototype.lastIndexOf)
export const setPrototype: typeof Reflect.setPrototypeOf = Reflect.setPrototypeOf
export const charCodeAt: (text: string, index: number) => number = uncurry(String.prototype.charCodeAt)
export const fromCharCode: (unit: number) => string = String.fromCharCode
export const lowerCase: (text: string) => string = uncurry(String.prototype.toLowerCase)
export const decodeUri: (text: string) => string = decodeURIComponent
export const decodeBase64: (text: string) => string = globalThis.atob
export const encodeUri: (text: string) => string = encodeURIComponent
export const jsonText: (text: string) => string = JSON.stringify
// Contexts of node:vm may lack it; Node has it. Without one, what needs it fails and is counted.
const Encoder = globalThis.TextEncoder ?? nodeBuiltin<typeof import('node:util')>('node:util')?.TextEncoder
const textEncoder = (Encoder && new Encoder()) as InstanceType<typeof TextEncoder> // SAFE: as the comment above says
const encodeWith: (encoder: InstanceType<typeof TextEncoder>, text: string) => Uint8Array = uncurry(Encoder?.prototype.encode)
export const encodeText = (text: string): Uint8Array => encodeWith(textEncoder, text)
export const regexpSource: Read<string> = getter(RegExp.prototype, 'source')

// The `flags` getter looks the single flags up on the object, where user code may sit; these read internal slots.
const FLAGS = [
  ['hasIndices', 'd'],
  ['global', 'g'],
  ['ignoreCase', 'i'],
  ['multiline', 'm'],
  ['dotAll', 's'],
  ['unicode', 'u'],
  ['unicodeSets', 'v'],
  ['sticky', 'y'],
] as const
const flagReaders: readonly (readonly [Read<boolean>, string])[] = FLAGS.map(([name, letter]) => [
  getter<Read<boolean>>(RegExp.prototype, name),
  letter,
])
export function regexpFlags(regexp: object): string {
  let flags = ''
  for (let i = 0; i < flagReaders.length; i++) {
    const reader = flagReaders[i] as readonly [Read<boolean>, string] // SAFE: i is below the length
    if (reader[0](regexp)) flags += reader[1]
  }
  return flags
}

// An own accessor in newer V8, an own internal property in older ones, an accessor on Error.prototype in Firefox.
const stackDescriptor = getOwnPropertyDescriptor(new Error(), 'stack') ?? getOwnPropertyDescriptor(Error.prototype, 'stack')
export const nativeStackGetter: (() => unknown) | undefined = stackDescriptor?.get
const prepareAtLoad: unknown = getOwnPropertyDescriptor(Error, 'prepareStackTrace')?.value

/** True when reading `stack` of an error of this realm formats it by the engine alone. */
export function isStackFormattingNative(errorConstructor: object = Error): boolean {
  const prepare = getOwnPropertyDescriptor(errorConstructor, 'prepareStackTrace')
  if (prepare === undefined) return true
  if (prepare.get !== undefined || prepare.set !== undefined) return false
  return typeof prepare.value !== 'function' || (prepare.value === prepareAtLoad && isNodeDefaultPrepare(prepareAtLoad))
}

/** Node 21 and newer define a default `Error.prepareStackTrace`, an internal function that its own stack traces do not come from user files. */
function isNodeDefaultPrepare(prepare: unknown): boolean {
  return (
    typeof prepare === 'function' &&
    typeof process === 'object' &&
    /\bErrorPrepareStackTrace\b|\bdefaultPrepareStackTrace/.test(functionText(prepare))
  )
}
export const functionText: (target: unknown) => string = uncurry(Function.prototype.toString)

/** Copies the methods of `prototype` onto a null-prototype object of its own, which then serves as the prototype of `target`. */
function detach(prototype: object, from: object): void {
  for (const key of ownKeys(from)) {
    if (key === 'constructor') continue
    const descriptor = getOwnPropertyDescriptor(from, key)
    if (descriptor && !hasOwn(prototype, key)) defineProperty(prototype, key, descriptor)
  }
  Object.setPrototypeOf(prototype, null)
}
export class SafeMap<K, V> extends Map<K, V> {}
detach(SafeMap.prototype, Map.prototype)
export class SafeWeakMap<K extends WeakKey, V> extends WeakMap<K, V> {}
detach(SafeWeakMap.prototype, WeakMap.prototype)
export class SafeWeakSet<K extends WeakKey> extends WeakSet<K> {}
detach(SafeWeakSet.prototype, WeakSet.prototype)

export const dateNow: () => number = Date.now
type Scope = Partial<Pick<typeof globalThis, 'setTimeout' | 'queueMicrotask' | 'performance'>>
const scope: Scope = globalThis
const promiseThen = uncurry<(promise: Promise<void>, then: () => void) => unknown>(Promise.prototype.then)
const resolved = Promise.resolve()
/** Contexts of node:vm have what somebody put into them: what is missing comes from Node, or from the language. */
export const originalSetTimeout: typeof setTimeout =
  scope.setTimeout ?? nodeBuiltin<typeof import('node:timers')>('node:timers')?.setTimeout ?? ((() => 0) as unknown as typeof setTimeout) // SAFE: nothing is sealed by time then
export const originalQueueMicrotask: typeof queueMicrotask = scope.queueMicrotask ?? (callback => void promiseThen(resolved, callback))
const performanceObject = scope.performance ??
  nodeBuiltin<typeof import('node:perf_hooks')>('node:perf_hooks')?.performance ?? { now: dateNow, timeOrigin: 0 }
export const performanceNow: () => number = performanceObject.now.bind(performanceObject)
export const timeOriginMs: number = performanceObject.timeOrigin

/** A Node built-in module, or undefined elsewhere. */
export function nodeBuiltin<T>(name: string): T | undefined {
  const load = typeof process === 'object' && typeof process.getBuiltinModule === 'function' ? process.getBuiltinModule : undefined
  return load ? (load(name) as T | undefined) : undefined // SAFE: the caller names the module's type
}

/**
 * True where reading `stack` changes nothing that anybody sees later. V8 words its first line when it is first read, from what `name` (and
 * in Node also `message`) is then, and keeps it: an error whose stack was read at capture would not show the message that the program gives it
 * afterwards. Its getters would run, too. Other engines word it when the error is made, or leave it out.
 */
function isStackWordedAtOnce(): boolean {
  if (!isStackFormattingNative()) return false
  const error = new Error('made')
  error.message = 'changed'
  error.name = 'changed'
  const own: unknown = getOwnPropertyDescriptor(error, 'stack')?.value
  const stack = own === undefined && nativeStackGetter !== undefined ? reflectApply(nativeStackGetter, error, []) : own
  return typeof stack === 'string' && !stack.includes('changed')
}
export const canReadStack: boolean = isStackWordedAtOnce()

const nativeError: unknown = nodeBuiltin<typeof import('node:util')>('node:util')?.types.isNativeError ?? ownDescriptor(Error, 'isError')?.value
const isError: (value: object) => boolean = typeof nativeError === 'function' ? (nativeError as (value: object) => boolean) : () => true // SAFE: both take any value
/** True where an own `stack` passes for data, though asking for its descriptor words it (V8 until 2023, Node 20). */
export const isStackLazy: boolean = !canReadStack && stackDescriptor?.get === undefined
/** True for an own property that must not be asked for at all, whatever prototype the object has now. */
export const isLazyStack = (object: object, key: unknown): boolean => isStackLazy && key === 'stack' && isError(object)
