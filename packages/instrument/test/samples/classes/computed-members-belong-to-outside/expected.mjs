/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("78e126296b5c71a0","4444444444444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0;const side = x =>{var $hF=($hL===void 0?$hR():$hL)[4]?$h.e($hL[4],1,x):0;return $h.r($hF,$h.o($hF,$hB+5, (log('side', x), x),x))}
$hF&&$h.p($hF,$hB+1);class A extends side(class Base {}) {
  [side('m')]() {var $hF=($hL===void 0?$hR():$hL)[6]?$h.e($hL[6],1,this):0,$hV; $hF&&$h.p($hF,$hB+7);return($hV= super.toString === Object.prototype.toString,$hF)?$h.r($hF,$hV):$hV; }
  static [side('f')] = ($h.r)(($hL===void 0?$hR():$hL)[8]?$h.e($hL[8]):0,side('value'));
  [side('g')] = 1
}
$hF&&$h.p($hF,$hB+2);log(new A().m(), A.f, new A().g)
function wrap() {var $hF=($hL===void 0?$hR():$hL)[9]?$h.e($hL[9]):0;
  $hF&&$h.p($hF,$hB+10);return($h.r)($hF, class { [side('inner')]() {var $hF=($hL===void 0?$hR():$hL)[11]?$h.e($hL[11]):0,$hV; $hF&&$h.p($hF,$hB+12);return($hV= 1,$hF)?$h.r($hF,$hV):$hV; } });
}
$hF&&$h.p($hF,$hB+3);log(new (wrap())().inner());$hF&&$h.v($hF);
