// eslint-disable-next-line import/no-cycle -- as there
import * as namespace from './tdz-observed.mjs'
// The bindings of the module that imports this one are not initialised yet.
globalThis.recordHostile('module namespace with uninitialised bindings', namespace)
