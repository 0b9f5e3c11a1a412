/* hindscope-ignore-file */
/**
 * Replaces every function that a program can replace, by one that counts who calls it: `callers` has each name that something in a file
 * matching `ours` called directly, with the line that did, and how often.
 */
export function patchEverything(ours) {
  const callers = {}
  const { stackTraceLimit } = Error
  const { exec } = RegExp.prototype
  const { apply, getOwnPropertyDescriptor, ownKeys, defineProperty } = Reflect
  const originalError = Error
  let isCounting = false
  const undo = []

  const count = name => {
    if (isCounting) return
    isCounting = true
    originalError.stackTraceLimit = 4
    const { stack } = new originalError()
    originalError.stackTraceLimit = stackTraceLimit
    // [0] message, [1] count, [2] the replacement, [3] who called it.
    let line = stack
    for (let at = 0; at < 3; at++) {
      let next = 0
      while (line[next] !== '\n' && next < line.length) next++
      let rest = ''
      for (let i = next + 1; i < line.length; i++) rest += line[i]
      line = rest
    }
    let first = ''
    for (let i = 0; i < line.length && line[i] !== '\n'; i++) first += line[i]
    if (apply(exec, ours, [first])) callers[`${name}${first}`] = (callers[`${name}${first}`] ?? 0) + 1
    isCounting = false
  }

  const patch = (target, label) => {
    if (!target) return
    for (const key of ownKeys(target)) {
      const descriptor = getOwnPropertyDescriptor(target, key)
      if (typeof descriptor.value !== 'function' || key === 'constructor' || descriptor.configurable !== true) continue
      const original = descriptor.value
      const name = `${label}.${key.toString()}`
      // A method has no own prototype; what has one is a constructor and stays.
      if (getOwnPropertyDescriptor(original, 'prototype') !== undefined) continue
      const replaced = {
        replacement(...args) {
          count(name)
          return apply(original, this, args)
        },
      }
      defineProperty(target, key, { ...descriptor, value: replaced.replacement })
      undo[undo.length] = () => defineProperty(target, key, descriptor)
    }
  }

  const prototypes = [
    'Array',
    'Map',
    'Set',
    'WeakMap',
    'WeakSet',
    'WeakRef',
    'String',
    'Number',
    'BigInt',
    'RegExp',
    'Promise',
    'Function',
    'Date',
    'DataView',
    'ArrayBuffer',
    'Object',
    'Error',
    'TextEncoder',
    'URL',
  ]
  for (const name of prototypes) {
    patch(globalThis[name].prototype, `${name}.prototype`)
    if (name !== 'Function') patch(globalThis[name], name)
  }
  patch(Object.getPrototypeOf(Uint8Array.prototype), 'TypedArray.prototype')
  patch(Object.getPrototypeOf([][Symbol.iterator]()), 'ArrayIterator.prototype')
  patch(Object.getPrototypeOf(new Map()[Symbol.iterator]()), 'MapIterator.prototype')
  patch(Object.getPrototypeOf(new Set()[Symbol.iterator]()), 'SetIterator.prototype')
  for (const name of ['JSON', 'Math', 'Reflect', 'performance', 'crypto', 'process']) patch(globalThis[name], name)
  for (const name of [
    'setTimeout',
    'queueMicrotask',
    'setInterval',
    'clearTimeout',
    'fetch',
    'structuredClone',
    'setImmediate',
    'requestAnimationFrame',
    'parseInt',
    'isNaN',
    'addEventListener',
  ]) {
    const descriptor = getOwnPropertyDescriptor(globalThis, name)
    if (typeof descriptor?.value !== 'function') continue
    defineProperty(globalThis, name, {
      ...descriptor,
      value: {
        replacement(...args) {
          count(name)
          return apply(descriptor.value, this, args)
        },
      }.replacement,
    })
    undo[undo.length] = () => defineProperty(globalThis, name, descriptor)
  }
  for (const name of [
    'Date',
    'WebSocket',
    'Map',
    'Set',
    'Uint8Array',
    'Int32Array',
    'DataView',
    'Error',
    'Promise',
    'Proxy',
    'URL',
    'Blob',
    'TextEncoder',
  ]) {
    const descriptor = getOwnPropertyDescriptor(globalThis, name)
    if (typeof descriptor?.value !== 'function') continue
    const original = descriptor.value
    const construct = (target, args, newTarget) => {
      count(`new ${name}`)
      return Reflect_construct(target, args, newTarget === replacement ? target : newTarget)
    }
    const replacement = new OriginalProxy(original, { construct })
    defineProperty(globalThis, name, { ...descriptor, value: replacement })
    undo[undo.length] = () => defineProperty(globalThis, name, descriptor)
  }
  return {
    callers,
    unpatch() {
      for (let i = undo.length - 1; i >= 0; i--) undo[i]()
    },
  }
}
const OriginalProxy = Proxy
const Reflect_construct = Reflect.construct
