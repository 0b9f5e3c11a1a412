#!/usr/bin/env node
'use strict';/*hindscope*/var $h=require("@hindscope/runtime/hook").h,$hL,$hB;function $hR(){$hL=$h.m("d43a73faadd25cef","444");$hB=$h.b;return $hL}
module.exports = function main(a) {var $hF=($hL||$hR())[0]?$h.e1($hB+0,a):0;
  $hF&&$h.p($hF,$hB+1);return$h.r($hF,$h.o($hF,$hB+2, this === undefined,a));
}
module.exports.answer = module.exports()
try {var $hD=$h.d(); throw module } catch ({ exports }) {$h.k($hD); log(exports.answer) }
return
