/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("35ac8b606427c3be","4");$hB=$h.b;return $hL}/** Leading comment. */
export default (x) =>{var $hF=($hL||$hR())[0]?$h.e1($hB+0,x):0;return $h.r($hF, x)}
