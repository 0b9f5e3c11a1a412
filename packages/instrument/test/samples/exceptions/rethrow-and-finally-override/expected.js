function f() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("58185951addaf33b","4444"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0;
  try { throw$h.t($hF, new Error('a')); } catch (e) {$hF&&$h.k($hF,e); throw$h.t($hF, (log(e), new Error('b'))); } finally {$hF&&$h.l($hF); log('finally') }
;$hF&&$h.v($hF)}
function g() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("58185951addaf33b","4444"),$hB=$h.b,$hF=$hL[1]?$h.e($hB+1):0; try { return$h.r($hF, 1); } finally {$hF&&$h.l($hF); return$h.r($hF, 2); } ;$hF&&$h.v($hF)}
function h() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("58185951addaf33b","4444"),$hB=$h.b,$hF=$hL[2]?$h.e($hB+2):0; try { throw$h.t($hF, 1); } catch ({ length }) {$hF&&$h.k($hF); return$h.r($hF, length); } ;$hF&&$h.v($hF)}
function i() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("58185951addaf33b","4444"),$hB=$h.b,$hF=$hL[3]?$h.e($hB+3):0; try { null.x } catch ($hE){$hF&&$h.k($hF,$hE); return$h.r($hF, 'caught'); } ;$hF&&$h.v($hF)}
try { f() } catch (e) { log(e) }
log(g(), h(), i())
