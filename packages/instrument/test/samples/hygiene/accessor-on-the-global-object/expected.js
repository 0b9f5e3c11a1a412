Object.defineProperty(this, 'watched', { get() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("5138aa13a4746d8d","444"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0; log('get'); return$h.r($hF, 1); }, set(v) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("5138aa13a4746d8d","444"),$hB=$h.b,$hF=$hL[1]?$h.e1($hB+1,v):0; log('set', v) ;$hF&&$h.v($hF)}, configurable: true })
function f() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("5138aa13a4746d8d","444"),$hB=$h.b,$hF=$hL[2]?$h.e($hB+2):0;
  watched = 2
  undeclared = 3
  delete globalThis.undeclared
;$hF&&$h.v($hF)}
f()
