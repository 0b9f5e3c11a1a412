/*hindscope*/var $h=require("@hindscope/runtime/hook").h,$hL,$hB;function $hR(){$hL=$h.m("0250f03c12935739","444444444444444444444444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0,$hV,$hO0;$hF&&$h.p($hF,$hB+1);Object.defineProperty(exports, '__esModule', { value: true })
$hF&&$h.p($hF,$hB+2);exports.one = exports.two = void 0;
$hF&&$h.p($hF,$hB+3);exports.one = 1;
$hF&&$h.p($hF,$hB+4);let two = exports.two = 2;;$hF&&$h.s($hF,$hB+5,two);
$hF&&$h.p($hF,$hB+6);this.three = 3;
$hF&&$h.p($hF,$hB+7);$h.f($hF,$hB+8,($hO0=globalThis).process = { env: {} },$hO0,"process");
$hF&&$h.p($hF,$hB+9);process.env.HINDSCOPE_SAMPLE = 'set';
$hF&&$h.p($hF,$hB+10);if (process.env.HINDSCOPE_SAMPLE === 'other') {$hF&&$h.p($hF,$hB+11);module.exports = require('./other.cjs');}
$hF&&$h.p($hF,$hB+12);if (typeof window !== 'undefined') {$hF&&$h.p($hF,$hB+13);$h.u($hF,$hB+14,two = window);}
$hF&&$h.p($hF,$hB+15);if ($h.c($hF,$hB+16,two > 1)) {$hF&&$h.p($hF,$hB+17);log('two')}
$hF&&$h.p($hF,$hB+18);0 && (module.exports = { one, two })
$hF&&$h.p($hF,$hB+19);delete process.env.HINDSCOPE_SAMPLE;
$hF&&$h.p($hF,$hB+20);log(JSON.stringify(exports), arguments.length)
$hF&&$h.p($hF,$hB+21);if ($h.c($hF,$hB+22,two)) {$hF&&$h.p($hF,$hB+23);return($hV= log('done'),$hF)?$h.r($hF,$hV):$hV;};$hF&&$h.v($hF);
