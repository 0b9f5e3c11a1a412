/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("8a6fafb3c39a470e","444444444");$hB=$h.b;return $hL}const side = x =>{var $hF=($hL||$hR())[0]?$h.e1($hB+0,x):0;return $h.r($hF,$h.o($hF,$hB+1, (log('side', x), x),x))}
class A extends side(class Base {}) {
  [side('m')]() {var $hF=($hL||$hR())[2]?$h.e($hB+2):0; $hF&&$h.p($hF,$hB+3);return$h.r($hF, super.toString === Object.prototype.toString); }
  static [side('f')] = ($h.r)(($hL||$hR())[4]?$h.e($hB+4):0,side('value'));
  [side('g')] = 1
}
log(new A().m(), A.f, new A().g)
function wrap() {var $hF=($hL||$hR())[5]?$h.e($hB+5):0;
  $hF&&$h.p($hF,$hB+6);return($h.r)($hF, class { [side('inner')]() {var $hF=($hL||$hR())[7]?$h.e($hB+7):0; $hF&&$h.p($hF,$hB+8);return$h.r($hF, 1); } });
}
log(new (wrap())().inner())
