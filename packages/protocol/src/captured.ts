/**
 * Methods of the language as they were when this module was loaded, with `this` as the first argument: the recorder encodes while the
 * program runs, and the program may have replaced them.
 */
type Method = (this: never, ...args: never[]) => unknown
const call = Function.prototype.call

// SAFE: the callers name the type of the method that they pass.
const uncurry = <F>(method: unknown): F => call.bind(method as Method) as F

const bytes = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array // SAFE: what every typed array inherits from
export const setBytes: <T extends Uint8Array | Uint32Array | Int32Array>(target: T, source: T, at?: number) => void = uncurry(bytes.set)
export const partOf: <T extends Uint8Array>(target: T, from: number, to: number) => T = uncurry(bytes.subarray)
export const copyOf: (target: Uint8Array, from: number, to: number) => Uint8Array<ArrayBuffer> = uncurry(bytes.slice)
export const charCodeAt: (text: string, index: number) => number = uncurry(String.prototype.charCodeAt)
export const textPart: (text: string, from: number, to?: number) => string = uncurry(String.prototype.slice)
export const setFloat64: (view: DataView, at: number, value: number, isLittle: true) => void = uncurry(DataView.prototype.setFloat64)
export const setUint16: (view: DataView, at: number, value: number, isLittle: true) => void = uncurry(DataView.prototype.setUint16)
export const setUint32: (view: DataView, at: number, value: number, isLittle: true) => void = uncurry(DataView.prototype.setUint32)
export const setBigUint64: (view: DataView, at: number, value: bigint, isLittle: true) => void = uncurry(DataView.prototype.setBigUint64)
export const methodOf: <F>(method: unknown) => F = uncurry
