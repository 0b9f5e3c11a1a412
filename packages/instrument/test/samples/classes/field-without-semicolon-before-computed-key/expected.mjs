/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("1ff1cdfba05c1d8c","444444");$hB=$h.b;return $hL}const key = 'k'
class A {
  a = ($h.r)(($hL||$hR())[0]?$h.e($hB+0):0,Math.abs(-1))
  ;[key] = ($h.r)(($hL||$hR())[1]?$h.e($hB+1):0,Math.abs(-2));
  b = ($h.r)(($hL||$hR())[2]?$h.e($hB+2):0,Math.abs(-3));
  c
  static s = ($h.r)(($hL||$hR())[3]?$h.e($hB+3):0,Math.abs(-4));
  get
  x() {var $hF=($hL||$hR())[4]?$h.e($hB+4):0; $hF&&$h.p($hF,$hB+5);return$h.r($hF, 5); }
}
const a = new A()
log(a.a, a.k, a.b, A.s, Object.keys(a), a.x())
