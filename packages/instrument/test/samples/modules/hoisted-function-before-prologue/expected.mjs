/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("16b5025a9a6e68cb","44444");$hB=$h.b;return $hL}import { readFileSync } from 'node:fs'
log(typeof readFileSync, later())
export function later() {var $hF=($hL||$hR())[0]?$h.e($hB+0):0; $hF&&$h.p($hF,$hB+1);return$h.r($hF, 'hoisted'); }
export default function () {var $hF=($hL||$hR())[2]?$h.e($hB+2):0; $hF&&$h.p($hF,$hB+3);return$h.r($hF, 1); }
export const arrow = () =>{var $hF=($hL||$hR())[4]?$h.e($hB+4):0;return $h.r($hF, 2)}
export { later as again }
arrow()
