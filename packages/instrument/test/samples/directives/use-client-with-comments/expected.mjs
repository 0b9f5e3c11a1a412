// banner
'use client';/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("c1677d9f9415edd1","4");$hB=$h.b;return $hL} /* inline */
export const f = () =>{var $hF=($hL||$hR())[0]?$h.e($hB+0):0;return $h.r($hF, typeof this)}
log(f())
