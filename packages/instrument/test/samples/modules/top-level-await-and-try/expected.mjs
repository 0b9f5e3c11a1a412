/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("1aae70a1371ad5ca","4");$hB=$h.b;return $hL}const x = await Promise.resolve(1)
try {var $hD=$h.d();
  fail()
} catch (e) {$h.k($hD,e);
  log(e.message)
}
try {var $hD=$h.d(); fail() } catch ($hE){$h.k($hD,$hE); log('again') } finally { log('done') }
function fail() {var $hF=($hL||$hR())[0]?$h.e($hB+0):0; throw$h.t($hF, new Error('no')); }
export { x }
