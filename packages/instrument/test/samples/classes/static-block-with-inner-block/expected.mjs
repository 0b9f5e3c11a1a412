/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("575a6738f2c63cec","4444444444444444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0;$hF&&$h.p($hF,$hB+1);class K {
  static value = 1
  static {var $hF=($hL===void 0?$hR():$hL)[3]?$h.e($hL[3]):0; { $hF&&$h.p($hF,$hB+4);let inner = K.value;;$hF&&$h.s($hF,$hB+5,inner); $hF&&$h.p($hF,$hB+6);log(inner) } $hF&&$h.p($hF,$hB+7);log('end') ;$hF&&$h.v($hF)}
  static {var $hF=($hL===void 0?$hR():$hL)[8]?$h.e($hL[8]):0; $hF&&$h.p($hF,$hB+9);let inner = 2;;$hF&&$h.s($hF,$hB+10,inner); { $hF&&$h.p($hF,$hB+11);let inner = 3;;$hF&&$h.s($hF,$hB+12,inner); $hF&&$h.p($hF,$hB+13);log(inner) } $hF&&$h.p($hF,$hB+14);log(inner) ;$hF&&$h.o($hF,$hB+15,0,inner);$hF&&$h.v($hF)}
}
$hF&&$h.p($hF,$hB+2);log(typeof K);$hF&&$h.v($hF);
