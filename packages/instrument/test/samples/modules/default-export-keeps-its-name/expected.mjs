/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("8e362e48fb831e00","444");$hB=$h.b;return $hL}export default class {
  m() {var $hF=($hL===void 0?$hR():$hL)[0]?$h.e($hL[0]):0,$hV; $hF&&$h.p($hF,$hB+1);return($hV= 1,$hF)?$h.r($hF,$hV):$hV; }
}
export const a = (() => {var $hF=($hL===void 0?$hR():$hL)[2]?$h.e($hL[2]):0;;$hF&&$h.v($hF)})
