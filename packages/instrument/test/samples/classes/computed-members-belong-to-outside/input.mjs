const side = x => (log('side', x), x)
class A extends side(class Base {}) {
  [side('m')]() { return super.toString === Object.prototype.toString }
  static [side('f')] = side('value');
  [side('g')] = 1
}
log(new A().m(), A.f, new A().g)
function wrap() {
  return class { [side('inner')]() { return 1 } }
}
log(new (wrap())().inner())
