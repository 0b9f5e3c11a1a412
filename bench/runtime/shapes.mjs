// Small programs of one shape of call each, as modules: `main` gives a value that depends on every call, `calls` is how many one run makes
// (for `await`: how many awaits), without main's own.
const LOOP = 20_000

export const SHAPES = {
  /** Recursion: nothing but calls. */
  fib: `const fib = n => { if (n < 2) return n; return fib(n - 1) + fib(n - 2) }
export const calls = 35421
export const main = () => fib(21)`,
  /** A method of some lines, on one shape of object. */
  method: `class Cart {
  constructor() { this.total = 0; this.count = 0 }
  add(price, count) {
    const sum = price * count
    this.count += count
    this.total = sum > 5000 ? this.total - sum : (this.total + sum) % 100003
    return this.total
  }
}
export const calls = ${LOOP}
export const main = () => { const cart = new Cart(); let sum = 0; for (let i = 0; i < ${LOOP - 1}; i++) sum = (sum + cart.add(i, 3)) | 0; return sum }`,
  /** A function with a loop of its own: what most functions of applications are. */
  medium: `const words = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta']
function weigh(word, seed) {
  let hash = seed
  for (let i = 0; i < word.length; i++) hash = ((hash << 5) - hash + word.charCodeAt(i)) | 0
  return hash
}
export const calls = ${LOOP}
export const main = () => { let sum = 0; for (let i = 0; i < ${LOOP}; i++) sum = (sum + weigh(words[i % 6], i)) | 0; return sum }`,
  /** What is handed to an array's method. */
  callback: `const items = Array.from({ length: 2000 }, (_, i) => i)
export const calls = 39990
export const main = () => { let sum = 0; for (let i = 0; i < 10; i++) sum += items.map(x => (x * 7 + i) % 1001).reduce((a, b) => a + b * 2, 0); return sum }
`,
  /** A getter in a loop: what an engine makes disappear. */
  accessor: `class Box { constructor(value) { this.value_ = value } get value() { return this.value_ } }
const boxes = Array.from({ length: 16 }, (_, i) => new Box(i))
export const calls = ${LOOP}
export const main = () => { let sum = 0; for (let i = 0; i < ${LOOP}; i++) sum += boxes[i & 15].value; return sum }`,
  /** A closure made and called once. */
  closure: `export const calls = ${LOOP}
export const main = () => { let sum = 0; for (let i = 0; i < ${LOOP}; i++) { const add = n => n + i; sum = (sum + add(sum)) | 0 } return sum }`,
  /** Steps of a generator. */
  generator: `function* range(count) { for (let i = 0; i < count; i++) yield i }
export const calls = ${LOOP}
export const main = () => { let sum = 0; for (const i of range(${LOOP})) sum += i; return sum }`,
  /** An async function that is awaited: call, await, return. */
  async: `async function step(i) { await null; return i }
export const calls = 5000
export const main = async () => { let sum = 0; for (let i = 0; i < 5000; i++) sum += await step(i); return sum }`,
  /** An await alone. */
  await: `export const calls = 10000
export const main = async () => { let sum = 0; for (let i = 0; i < 10000; i++) sum += await i; return sum }`,
}

/** Those of optimised synchronous code that has a body worth a call: what the targets per call are about. */
export const SYNC_SHAPES = ['fib', 'method', 'medium', 'callback', 'closure', 'accessor']
