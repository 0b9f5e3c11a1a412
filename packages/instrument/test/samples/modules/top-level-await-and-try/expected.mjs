/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("a250a609f8dbd585","44444444444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0;$hF&&$h.p($hF,$hB+1);const x = $h.w($hF,await$h.a($hF, Promise.resolve(1)));;$hF&&$h.s($hF,$hB+2,x);
try {
  $hF&&$h.p($hF,$hB+3);fail()
} catch (e) {$hF&&$h.k($hF,e);$hF&&$h.s($hF,$hB+4,e);
  $hF&&$h.p($hF,$hB+5);log(e.message)
}
try { $hF&&$h.p($hF,$hB+6);fail() } catch ($hE){$hF&&$h.k($hF,$hE); $hF&&$h.p($hF,$hB+7);log('again') } finally {$hF&&$h.l($hF); $hF&&$h.p($hF,$hB+8);log('done') }
function fail() {var $hF=($hL===void 0?$hR():$hL)[9]?$h.e($hL[9]):0; $hF&&$h.p($hF,$hB+10);throw$h.t($hF, new Error('no')); }
export { x };$hF&&$h.v($hF);
