// The one program that all peers record: a method called in a loop, its text as each of them has it.
const LOOP = 1000
const cart = (add, loop = LOOP) => `class Cart {
  constructor() { this.total = 0; this.count = 0 }
  ${add}
}
export const calls = ${loop}
export const main = () => { const cart = new Cart(); let sum = 0; for (let i = 0; i < ${loop}; i++) sum = (sum + cart.add(i % 1000, 3)) | 0; return sum }`
const body = `const sum = price * count
    this.count += count
    this.total = sum > 2000 ? this.total - sum : (this.total + sum) % 100003
    return this.total`

export const PLAIN = cart(`add(price, count) {\n    ${body}\n  }`)
export const TEXTS = {
  openTelemetry: cart(`add(price, count) {
    return tracer.startActiveSpan('Cart.add', span => {
      try {
        ${body}
      } finally {
        span.end()
      }
    })
  }`),
  asyncLocalStorage: cart(`add(price, count) {
    return traced('Cart.add', () => {
      ${body}
    })
  }`),
  codeTracer: cart(`add(price, count) {
    __ct.enter(1, arguments)
    __ct.step(1); const sum = price * count
    __ct.step(2); this.count += count
    __ct.step(3); this.total = sum > 2000 ? this.total - sum : (this.total + sum) % 100003
    __ct.step(4); return __ct.ret(1, this.total)
  }`),
  datadog: cart(`add(price, count) {
    const $dd_p0 = $dd_probes('bench.js;add')
    try {
      let $dd_rv0
      if ($dd_p0) $dd_entry($dd_p0, this, { price, count })
      const sum = price * count
      this.count += count
      this.total = sum > 2000 ? this.total - sum : (this.total + sum) % 100003
      return ($dd_rv0 = this.total, $dd_p0 ? $dd_return($dd_p0, $dd_rv0, this, { price, count }, { sum }) : $dd_rv0)
    } catch (e) { if ($dd_p0) $dd_throw($dd_p0, e, this, { price, count }); throw e }
  }`),
}

/** For tools that instrument a file themselves: it times itself, and says so on a line of its own. */
export const selfTimed = loop => `'use strict'
${cart(`add(price, count) {\n    ${body}\n  }`, loop).replaceAll('export ', '')}
let best = Infinity
let check
for (let i = 0; i < 4; i++) {
  const started = performance.now()
  check = main()
  best = Math.min(best, performance.now() - started)
}
console.log('\\nBENCH ' + JSON.stringify({ ns: best * 1e6 / calls, check, events: calls * 2 }))
`
