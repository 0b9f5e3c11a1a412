/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("bcf5b7378c9fd04b","44444");$hB=$h.b;return $hL}const side = x =>{var $hF=($hL||$hR())[0]?$h.e1($hB+0,x):0;return $h.r($hF, (log('side', x), x))}
class A extends side(class Base {}) {
  [side('m')]() {var $hF=($hL||$hR())[1]?$h.e($hB+1):0; return$h.r($hF, super.toString === Object.prototype.toString); }
  static [side('f')] = $h.r(($hL||$hR())[2]?$h.e($hB+2):0,side('value'));
  [side('g')] = 1
}
log(new A().m(), A.f, new A().g)
function wrap() {var $hF=($hL||$hR())[3]?$h.e($hB+3):0;
  return$h.r($hF, class { [side('inner')]() {var $hF=($hL||$hR())[4]?$h.e($hB+4):0; return$h.r($hF, 1); } });
}
log(new (wrap())().inner())
