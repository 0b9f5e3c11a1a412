/*hindscope*/var $h=require("@hindscope/runtime/hook").h,$hL,$hB;function $hR(){$hL=$h.m("0e267fed4ca564ad","444444444444444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0;$hF&&$h.p($hF,$hB+1);class A {
  fn = function () {var $hF=($hL===void 0?$hR():$hL)[5]?$h.e($hL[5]):0;;$hF&&$h.v($hF)}
  arrow = () =>{var $hF=($hL===void 0?$hR():$hL)[6]?$h.e($hL[6]):0,$hV;return($hV= this,$hF)?$h.r($hF,$hV):$hV}
  cls = class {}
  mixed = class extends (x =>{var $hF=($hL===void 0?$hR():$hL)[7]?$h.e($hL[7],1,x):0;return $h.r($hF,$h.o($hF,$hB+8, x,x))})(Object) {}
  static make = () =>{var $hF=($hL===void 0?$hR():$hL)[9]?$h.e($hL[9]):0,$hV;return($hV= 1,$hF)?$h.r($hF,$hV):$hV};
  called = ($h.r)(($hL===void 0?$hR():$hL)[10]?$h.e($hL[10]):0,log('field'));
  #p = ($h.r)(($hL===void 0?$hR():$hL)[11]?$h.e($hL[11]):0,Math.max(1, 2));
  plain = 1
  'quoted name' = (() => {var $hF=($hL===void 0?$hR():$hL)[12]?$h.e($hL[12]):0;;$hF&&$h.v($hF)})
  p() {var $hF=($hL===void 0?$hR():$hL)[13]?$h.e($hL[13],1,this):0,$hV; $hF&&$h.p($hF,$hB+14);return($hV= this.#p,$hF)?$h.r($hF,$hV):$hV; }
}
$hF&&$h.p($hF,$hB+2);const a = new A();$hF&&$h.s($hF,$hB+3,a);
$hF&&$h.p($hF,$hB+4);log(a.mixed.name, a.fn.name, a.arrow.name, a.cls.name, A.make.name, a['quoted name'].name, a.p(), a.arrow() === a);$hF&&$h.v($hF);
