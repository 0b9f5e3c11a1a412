var a = 1
let b = 2
function f() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("f548ef62a39f5ae2","4"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0; return$h.r($hF, a + b); }
f() + 1
