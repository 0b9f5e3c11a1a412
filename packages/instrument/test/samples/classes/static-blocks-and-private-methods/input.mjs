class Cart {
  static count = 0
  static {
    try { missing() } catch { Cart.count = 1 }
  }
  static {}
  static #secret(x) { return x }
  #own() { return Cart.#secret(2) }
  get size() { return this.#own() }
  set size(v) { log('size', v) }
  static from() { return new this() }
}
const cart = Cart.from()
cart.size = 3
log(Cart.count, cart.size)
