/*hindscope*/var $h=require("@hindscope/runtime/hook").h,$hL,$hB;function $hR(){$hL=$h.m("699f321b8a44ceeb","4444444444444444444");$hB=$h.b;return $hL}class A { constructor(x) {var $hF=($hL||$hR())[0]?$h.e1($hB+0,x):0; $hF&&$h.p($hF,$hB+1);$h.f($hF,$hB+2,this.x = x,this,"x"); ;$hF&&$h.o($hF,$hB+3,0,x);$hF&&$h.v($hF)} }
class B extends A {
  y = ($h.r)(($hL||$hR())[4]?$h.e($hB+4):0,this.x.toFixed());
  constructor(x) {var $hF=($hL||$hR())[5]?$h.e1($hB+5,x):0;
    $hF&&$h.p($hF,$hB+6);log('before')
    $hF&&$h.p($hF,$hB+7);super(x + 1)
    $hF&&$h.p($hF,$hB+8);log(this.x, this.y)
  ;$hF&&$h.o($hF,$hB+9,0,x);$hF&&$h.v($hF)}
}
class C extends A { constructor() {var $hF=($hL||$hR())[10]?$h.e($hB+10):0; try { $hF&&$h.p($hF,$hB+11);super(1) } finally {$hF&&$h.l($hF); $hF&&$h.p($hF,$hB+12);log(this.x) } ;$hF&&$h.v($hF)} }
class D extends A { constructor() {var $hF=($hL||$hR())[13]?$h.e($hB+13):0; $hF&&$h.p($hF,$hB+14);return$h.r($hF, { own: true }); } }
class E extends A { constructor() {var $hF=($hL||$hR())[15]?$h.e($hB+15):0; $hF&&$h.p($hF,$hB+16);if ($h.c($hF,$hB+17,0)) {$hF&&$h.p($hF,$hB+18);super();} ;$hF&&$h.v($hF)} }
new B(1); new C(); log(new D())
try {var $hD=$h.d(); new E() } catch (e) {$h.k($hD,e); log(e.name) }
