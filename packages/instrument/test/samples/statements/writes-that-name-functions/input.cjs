const where = error => error.stack.split('\n')[1].trim().split(' (')[0]
function Shop() {
  this.open = () => where(new Error())
  this['close'] = function () { return where(new Error()) }
}
function main(t, o, key) {
  o.p = () => where(new Error())
  o.q = (function () { return where(new Error()) })
  o[key] = () => 1; o.deep = {}; o.deep.r = () => where(new Error())
  let x
  x = t ? () => where(new Error()) : undefined
  if (t) o.s = () => 1
  o.k = class { static at() { return where(new Error()) } }
  log(o.p(), o.q(), o.deep.r(), x(), o.k.at(), o.p.name, x.name, o.s.name)
  globalThis.seen = () => 1
  Object.defineProperty(globalThis, 'watched', { get() { log('read'); return {} }, configurable: true })
  watched.w = () => 2
}
const shop = new Shop()
log(shop.open(), shop.close(), shop.open.name)
main(true, { set v(value) { log('set', typeof value) } }, 'c')
const o = { set v(f) { log('set', typeof f) } }
o.v = () => 1
