/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("50a35673d10b6e53","444444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0;const glue = () => 0;
export const App = () =>{var $hF=($hL===void 0?$hR():$hL)[2]?$h.e($hL[2]):0,$hV;return($hV= helper(1),$hF)?$h.r($hF,$hV):$hV}
const inner = (y) => y; inner(2); function helper(x) {var $hF=($hL===void 0?$hR():$hL)[3]?$h.e($hL[3],1,x):0;
  $hF&&$h.p($hF,$hB+4);return$h.r($hF,$h.o($hF,$hB+5, x,x));
}
$hF&&$h.p($hF,$hB+1);log(App())
function refresh(f) { return f }
refresh(glue)();;$hF&&$h.v($hF);
