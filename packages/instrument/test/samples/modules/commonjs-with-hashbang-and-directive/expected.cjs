#!/usr/bin/env node
'use strict';/*hindscope*/var $h=require("@hindscope/runtime/hook").h,$hL,$hB;function $hR(){$hL=$h.m("363664c3c98f949b","4444444444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0;
$hF&&$h.p($hF,$hB+1);module.exports = function main(a) {var $hF=($hL===void 0?$hR():$hL)[7]?$h.e($hL[7],2,this,a):0;
  $hF&&$h.p($hF,$hB+8);return$h.r($hF,$h.o($hF,$hB+9, this === undefined,a));
};
$hF&&$h.p($hF,$hB+2);module.exports.answer = module.exports();
try { $hF&&$h.p($hF,$hB+3);throw$h.t($hF, module); } catch ({ exports }) {$hF&&$h.k($hF);$hF&&$h.s($hF,$hB+4,exports); $hF&&$h.p($hF,$hB+5);log(exports.answer) }
$hF&&$h.p($hF,$hB+6);return$h.r($hF);
