class A {
  fn = function () {}
  arrow = () => this
  cls = class {}
  mixed = class extends (x => x)(Object) {}
  static make = () => 1;
  called = log('field')
  #p = Math.max(1, 2)
  plain = 1
  'quoted name' = (() => {})
  p() { return this.#p }
}
const a = new A()
log(a.mixed.name, a.fn.name, a.arrow.name, a.cls.name, A.make.name, a['quoted name'].name, a.p(), a.arrow() === a)
