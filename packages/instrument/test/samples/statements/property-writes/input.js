const order = []
const say = (what, value) => (order.push(what), value)
class Counter {
  #n = 0
  total = 0
  static made = 0
  constructor() { Counter.made++; this.total = 1 }
  up() { this.#n += 2; this['to' + 'tal']++; return [this.#n, --this.total] }
  set half(value) { order.push('setter'); this.stored = value / 2 }
}
class Child extends Counter { constructor() { super(); super.extra = 'on this'; this.own ??= 1 } }
function f(o) {
  say('object', o)[say('key', 'k')] = say('value', 1)
  o.a = o.b = o.c = { d: {} }
  o.a.d.e = (o.f = 5)
  o[0] = 'zero'; o['text'] = "quoted"; o[`t`] = 1; o[Symbol.iterator] = null; o['\u2028'] = 1
  o.fn = function () {}; o.arrow = () => {}
  delete o.a; delete o['b']; log(delete o?.c)
  ;(o).k++
  o[say('once', 'k')] += 10
  ;(function () {}).x = 1; (class { }).y = 2; (() => {}).z = 3
  try { null.x = say('right side first', 1) } catch (error) { log(error.message) }
  try { o.missing.x = 1 } catch (error) { log(error.message) }
  try { Object.freeze(o).k = 1; log('sloppy mode ignores') } catch (error) { log(error.message) }
  ;[o.p, o['q']] = [1, 2]
  return o
}
const child = new Child()
log(child.up(), child.extra, child.own, (child.half = 8), child.stored, Counter.made)
const traps = new Proxy({}, { set(target, key, value) { order.push('set ' + String(key)); return Reflect.set(target, key, value) }, deleteProperty() { order.push('delete'); return true } })
const viaProxy = p => { p.x = 1; p.x++; delete p.x }
viaProxy(traps)
const result = f({ k: 0 })
log(Object.keys(result).join(), result.k, result.fn.name, result.arrow.name)
log(order.join())
