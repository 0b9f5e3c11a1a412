/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("fd4fbc2d9324c5a4","4444");$hB=$h.b;return $hL}var $hF=($hL||$hR())[0]?$h.e($hB+0):0;$hF&&$h.p($hF,$hB+1);export const a = 1;$hF&&$h.s($hF,$hB+2,a);
try { $hF&&$h.p($hF,$hB+3);log(a) } catch ($hE){$hF&&$h.k($hF,$hE);};$hF&&$h.v($hF);
