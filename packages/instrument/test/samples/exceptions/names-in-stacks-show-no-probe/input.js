const named = run => {
  try {
    run()
  } catch (error) {
    log(/\$h/.test(error.stack.replace(/\(.*?\)/g, '')) ? error.stack : 'no probe')
  }
}
class Shop {
  constructor(options) {
    this.fail = () => { throw new Error('an arrow') }
    this.other = options.other || function () { throw new Error('a function') }
    let last
    last = this.nested = () => { throw new Error('nested') }
  }
  give() {
    return this.given = () => { throw new Error('given') }
  }
  define() {
    return Object.defineProperty(function () { throw new Error('defined') }, 'x', { value: () => 1 })
  }
}
const shop = new Shop({})
named(shop.fail)
named(shop.other)
named(shop.nested)
named(shop.give())
named(shop.define())
