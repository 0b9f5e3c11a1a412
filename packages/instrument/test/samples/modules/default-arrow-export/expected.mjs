/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("0f0a96a8e6f55877","44");$hB=$h.b;return $hL}/** Leading comment. */
export default (x) =>{var $hF=($hL===void 0?$hR():$hL)[0]?$h.e($hL[0],1,x):0;return $h.r($hF,$h.o($hF,$hB+1, x,x))}
