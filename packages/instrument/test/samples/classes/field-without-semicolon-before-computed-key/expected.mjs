/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("58a27c2564a88e8e","4444444444444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0;$hF&&$h.p($hF,$hB+1);const key = 'k';$hF&&$h.s($hF,$hB+2,key);
$hF&&$h.p($hF,$hB+3);class A {
  a = ($h.r)(($hL===void 0?$hR():$hL)[7]?$h.e($hL[7]):0,Math.abs(-1))
  ;[key] = ($h.r)(($hL===void 0?$hR():$hL)[8]?$h.e($hL[8]):0,Math.abs(-2));
  b = ($h.r)(($hL===void 0?$hR():$hL)[9]?$h.e($hL[9]):0,Math.abs(-3));
  c
  static s = ($h.r)(($hL===void 0?$hR():$hL)[10]?$h.e($hL[10]):0,Math.abs(-4));
  get
  x() {var $hF=($hL===void 0?$hR():$hL)[11]?$h.e($hL[11]):0,$hV; $hF&&$h.p($hF,$hB+12);return($hV= 5,$hF)?$h.r($hF,$hV):$hV; }
}
$hF&&$h.p($hF,$hB+4);const a = new A();$hF&&$h.s($hF,$hB+5,a);
$hF&&$h.p($hF,$hB+6);log(a.a, a.k, a.b, A.s, Object.keys(a), a.x());$hF&&$h.v($hF);
