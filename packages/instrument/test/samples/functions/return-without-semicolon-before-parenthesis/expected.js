function f() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("40e6fc86ba128f10","444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0;
  return$h.r($hF);
  (function () {var $hF=$hL[1]?$h.e($hB+1):0;;$hF&&$h.v($hF)})()
;$hF&&$h.v($hF)}
function g(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("40e6fc86ba128f10","444444"),$hB=$h.b,$hF=$hL[2]?$h.e1($hB+2,x):0;
  if (x) return$h.r($hF, () => {var $hF=$hL[3]?$h.e($hB+3):0;;$hF&&$h.v($hF)})
  ;[1].forEach(log)
  return$h.r($hF, x);
}
function h(x) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("40e6fc86ba128f10","444444"),$hB=$h.b,$hF=$hL[4]?$h.e1($hB+4,x):0; return$h.r($hF, x); } /* none */ function i() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("40e6fc86ba128f10","444444"),$hB=$h.b,$hF=$hL[5]?$h.e($hB+5):0; return$h.r($hF, h /* kept */ (1)); }
log(f(), typeof g(1), g(0), i())
