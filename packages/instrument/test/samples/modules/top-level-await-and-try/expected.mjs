/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("d1d4c67edeeb498b","44");$hB=$h.b;return $hL}const x = await Promise.resolve(1)
try {var $hD=$h.d();
  fail()
} catch (e) {$h.k($hD,e);
  log(e.message)
}
try {var $hD=$h.d(); fail() } catch ($hE){$h.k($hD,$hE); log('again') } finally { log('done') }
function fail() {var $hF=($hL||$hR())[0]?$h.e($hB+0):0; $hF&&$h.p($hF,$hB+1);throw$h.t($hF, new Error('no')); }
export { x }
