function bubble(list) {
  for (let n = list.length; n > 1; n--) for (let i = 0; i + 1 < n; i++) if (list[i] > list[i + 1]) [list[i], list[i + 1]] = [list[i + 1], list[i]]
  return list
}
const order = []
const say = (what, value) => (order.push(what), value)
const watched = new Proxy({}, { get(_, key) { order.push('get ' + String(key)) }, set(_, key) { order.push('set ' + String(key)); return true } })
class Point {
  #secret
  set doubled(v) { order.push('setter'); this.half = v / 2 }
  get doubled() { order.push('getter'); return this.half * 2 }
  constructor([x, y]) {
    let rest
    ;({ x: this.x, y: this['y'] = say('default', 9), z: this.#secret, ...this.rest } = { x, y, w: 1 })
    ;[this.doubled, say('object', this)[say('key', 'k')], rest, [this.x = 3] = []] = [8, 1, 2]
    ;[watched.p, ...this.list] = [1, 2, 3]
    ;({ token: this.token } = { token: 'hidden' })
    log(rest, this.#secret)
  }
}
log(bubble([3, 1, 2]))
const p = new Point([1])
log(p.x, p.y, p.k, p.list, p.rest, p.half)
log(order.join())
