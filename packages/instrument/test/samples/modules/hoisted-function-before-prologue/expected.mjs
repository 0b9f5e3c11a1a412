/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("7d64e339350b0d7c","44444444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0;import { readFileSync } from 'node:fs'
$hF&&$h.p($hF,$hB+1);log(typeof readFileSync, later())
export function later() {var $hF=($hL===void 0?$hR():$hL)[3]?$h.e($hL[3]):0,$hV; $hF&&$h.p($hF,$hB+4);return($hV= 'hoisted',$hF)?$h.r($hF,$hV):$hV; }
export default function () {var $hF=($hL===void 0?$hR():$hL)[5]?$h.e($hL[5]):0,$hV; $hF&&$h.p($hF,$hB+6);return($hV= 1,$hF)?$h.r($hF,$hV):$hV; }
export const arrow = () =>{var $hF=($hL===void 0?$hR():$hL)[7]?$h.e($hL[7]):0,$hV;return($hV= 2,$hF)?$h.r($hF,$hV):$hV}
export { later as again }
$hF&&$h.p($hF,$hB+2);arrow();$hF&&$h.v($hF);
