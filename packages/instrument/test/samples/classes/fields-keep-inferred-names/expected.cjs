/*hindscope*/var $h=require("@hindscope/runtime/hook").h,$hL,$hB;function $hR(){$hL=$h.m("f7ef8500d300a36d","4444444444");$hB=$h.b;return $hL}class A {
  fn = function () {var $hF=($hL||$hR())[0]?$h.e($hB+0):0;;$hF&&$h.v($hF)}
  arrow = () =>{var $hF=($hL||$hR())[1]?$h.e($hB+1):0;return $h.r($hF, this)}
  cls = class {}
  mixed = class extends (x =>{var $hF=($hL||$hR())[2]?$h.e1($hB+2,x):0;return $h.r($hF,$h.o($hF,$hB+3, x,x))})(Object) {}
  static make = () =>{var $hF=($hL||$hR())[4]?$h.e($hB+4):0;return $h.r($hF, 1)};
  called = ($h.r)(($hL||$hR())[5]?$h.e($hB+5):0,log('field'));
  #p = ($h.r)(($hL||$hR())[6]?$h.e($hB+6):0,Math.max(1, 2));
  plain = 1
  'quoted name' = (() => {var $hF=($hL||$hR())[7]?$h.e($hB+7):0;;$hF&&$h.v($hF)})
  p() {var $hF=($hL||$hR())[8]?$h.e($hB+8):0; $hF&&$h.p($hF,$hB+9);return$h.r($hF, this.#p); }
}
const a = new A()
log(a.mixed.name, a.fn.name, a.arrow.name, a.cls.name, A.make.name, a['quoted name'].name, a.p(), a.arrow() === a)
