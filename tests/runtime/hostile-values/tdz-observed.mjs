// eslint-disable-next-line import/no-cycle -- the cycle is what uninitialised bindings need
import './tdz-observer.mjs'
export const late = 1
export class Later {}
export const after = late
