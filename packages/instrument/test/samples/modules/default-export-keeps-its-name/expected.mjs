/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("46fcbeb15bff251d","44");$hB=$h.b;return $hL}export default class {
  m() {var $hF=($hL||$hR())[0]?$h.e($hB+0):0; return$h.r($hF, 1); }
}
export const a = (() => {var $hF=($hL||$hR())[1]?$h.e($hB+1):0;;$hF&&$h.v($hF)})
