/*hindscope*/var $h=require("@hindscope/runtime/hook").h,$hL,$hB;function $hR(){$hL=$h.m("750d770e7d30642b","444444");$hB=$h.b;return $hL}class A { constructor(x) {var $hF=($hL||$hR())[0]?$h.e1($hB+0,x):0; this.x = x ;$hF&&$h.v($hF)} }
class B extends A {
  y = $h.r(($hL||$hR())[1]?$h.e($hB+1):0,this.x.toFixed());
  constructor(x) {var $hF=($hL||$hR())[2]?$h.e1($hB+2,x):0;
    log('before')
    super(x + 1)
    log(this.x, this.y)
  ;$hF&&$h.v($hF)}
}
class C extends A { constructor() {var $hF=($hL||$hR())[3]?$h.e($hB+3):0; try { super(1) } finally {$hF&&$h.l($hF); log(this.x) } ;$hF&&$h.v($hF)} }
class D extends A { constructor() {var $hF=($hL||$hR())[4]?$h.e($hB+4):0; return$h.r($hF, { own: true }); } }
class E extends A { constructor() {var $hF=($hL||$hR())[5]?$h.e($hB+5):0; if (0) super(); ;$hF&&$h.v($hF)} }
new B(1); new C(); log(new D())
try {var $hD=$h.d(); new E() } catch (e) {$h.k($hD,e); log(e.name) }
