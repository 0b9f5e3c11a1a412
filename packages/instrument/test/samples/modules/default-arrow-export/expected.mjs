/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("45672cac5c9d6e3e","44");$hB=$h.b;return $hL}/** Leading comment. */
export default (x) =>{var $hF=($hL===void 0?$hR():$hL)[0]?$h.e1($hB+0,x):0;return $h.r($hF,$h.o($hF,$hB+1, x,x))}
