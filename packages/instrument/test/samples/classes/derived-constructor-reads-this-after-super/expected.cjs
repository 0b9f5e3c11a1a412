/*hindscope*/var $h=require("@hindscope/runtime/hook").h,$hL,$hB;function $hR(){$hL=$h.m("3c649e5d6cfa70eb","444444444444444444444444444444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0;$hF&&$h.p($hF,$hB+1);class A { constructor(x) {var $hF=($hL===void 0?$hR():$hL)[12]?$h.e($hL[12],2,this,x):0; $hF&&$h.p($hF,$hB+13);$h.f($hF,$hB+14,this.x = x,this,"x"); ;$hF&&$h.o($hF,$hB+15,0,x);$hF&&$h.v($hF)} }
$hF&&$h.p($hF,$hB+2);class B extends A {
  y = ($h.r)(($hL===void 0?$hR():$hL)[16]?$h.e($hL[16],1,this):0,this.x.toFixed());
  constructor(x) {var $hF=($hL===void 0?$hR():$hL)[17]?$h.e($hL[17],1,x):0;
    $hF&&$h.p($hF,$hB+18);log('before')
    $hF&&$h.p($hF,$hB+19);super(x + 1)
    $hF&&$h.p($hF,$hB+20);log(this.x, this.y)
  ;$hF&&$h.o($hF,$hB+21,0,x);$hF&&$h.v($hF)}
}
$hF&&$h.p($hF,$hB+3);class C extends A { constructor() {var $hF=($hL===void 0?$hR():$hL)[22]?$h.ei($h.e($hL[22])):0; try { $hF&&$h.p($hF,$hB+23);super(1) } finally {$hF&&$h.l($hF); $hF&&$h.p($hF,$hB+24);log(this.x) } ;$hF&&$h.v($hF)} }
$hF&&$h.p($hF,$hB+4);class D extends A { constructor() {var $hF=($hL===void 0?$hR():$hL)[25]?$h.e($hL[25]):0,$hV; $hF&&$h.p($hF,$hB+26);return($hV= { own: true },$hF)?$h.r($hF,$hV):$hV; } }
$hF&&$h.p($hF,$hB+5);class E extends A { constructor() {var $hF=($hL===void 0?$hR():$hL)[27]?$h.e($hL[27]):0; $hF&&$h.p($hF,$hB+28);if (0) {$hF&&$h.p($hF,$hB+29);super();} ;$hF&&$h.v($hF)} }
$hF&&$h.p($hF,$hB+6);new B(1); $hF&&$h.p($hF,$hB+7);new C(); $hF&&$h.p($hF,$hB+8);log(new D())
try { $hF&&$h.p($hF,$hB+9);new E() } catch (e) {$hF&&$h.k($hF,e);$hF&&$h.s($hF,$hB+10,e); $hF&&$h.p($hF,$hB+11);log(e.name) };$hF&&$h.v($hF);
