/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("686f8806a04a6d39","44444");$hB=$h.b;return $hL}/** Nothing here has an effect: a bundler drops what nobody imports, and so must it with us. */
export const LIMIT = 3
export const table = { limit: LIMIT, seen: new Map() }
export const made = /* @__PURE__ */ make(LIMIT || 1)
export class Box { static size = 2 }
export default (a, b) =>{var $hF=($hL===void 0?$hR():$hL)[0]?$h.e($hL[0],2,a,b):0;return $h.r($hF,$h.o($hF,$hB+1, a + b,b,a))}
function make(n) {var $hF=($hL===void 0?$hR():$hL)[2]?$h.e($hL[2],1,n):0; $hF&&$h.p($hF,$hB+3);return$h.r($hF,$h.o($hF,$hB+4, { n },n)); }
