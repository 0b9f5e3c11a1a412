const key = 'k'
class A {
  a = Math.abs(-1)
  ;[key] = Math.abs(-2)
  b = Math.abs(-3)
  c
  static s = Math.abs(-4)
  get
  x() { return 5 }
}
const a = new A()
log(a.a, a.k, a.b, A.s, Object.keys(a), a.x())
