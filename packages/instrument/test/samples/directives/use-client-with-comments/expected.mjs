// banner
'use client';/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("d56c34b71cc3e95a","444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0; /* inline */
export const f = () =>{var $hF=($hL===void 0?$hR():$hL)[2]?$h.e($hL[2]):0,$hV;return($hV= typeof this,$hF)?$h.r($hF,$hV):$hV}
$hF&&$h.p($hF,$hB+1);log(f());$hF&&$h.v($hF);
