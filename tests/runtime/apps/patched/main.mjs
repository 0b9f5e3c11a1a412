/** Patches everything and then does what programs do; prints what the recorder called of it. */
import { patchEverything } from './patch.mjs'

class Cart {
  items = new Map([['tea', { price: 3, list: [1, 2, 3], when: new Date(0), password: 'secret' }]])
  total(factor) {
    return this.items.get('tea').price * factor
  }
}
async function later(value) {
  await null
  return value
}
function fails(value) {
  throw new TypeError(`no ${value}`)
}
function* counts() {
  yield 1
}

const { callers, unpatch } = patchEverything(/hindscope[^\n]*runtime|runtime\/dist/)
const cart = new Cart()
for (let i = 0; i < 200; i++) {
  cart.total(i)
  try {
    fails({ i, cart, text: 'x'.repeat(2000), set: new Set([1]), bytes: new Uint8Array(4), big: 1n, symbol: Symbol('s'), error: new Error('e') })
  } catch {
    // What failed is what was wanted.
  }
  for (const n of counts()) cart.total(n)
}
await later(cart)
await new Promise(resolve => setTimeout(() => resolve(later(1)), 300))
unpatch()
console.log(JSON.stringify(callers, undefined, 1))
