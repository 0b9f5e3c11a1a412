class A { constructor(x) { this.x = x } }
class B extends A {
  y = this.x.toFixed()
  constructor(x) {
    log('before')
    super(x + 1)
    log(this.x, this.y)
  }
}
class C extends A { constructor() { try { super(1) } finally { log(this.x) } } }
class D extends A { constructor() { return { own: true } } }
class E extends A { constructor() { if (0) super(); } }
new B(1); new C(); log(new D())
try { new E() } catch (e) { log(e.name) }
