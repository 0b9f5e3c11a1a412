/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("6bea6f848dcb4dcd","4444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0;$hF&&$h.p($hF,$hB+1);export const a = 1;$hF&&$h.s($hF,$hB+2,a);
try { $hF&&$h.p($hF,$hB+3);log(a) } catch ($hE){$hF&&$h.k($hF,$hE);};$hF&&$h.v($hF);
