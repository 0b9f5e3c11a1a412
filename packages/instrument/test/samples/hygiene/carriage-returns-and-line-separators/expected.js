function f(a) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("5e4792d6f9cbffb5","4"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,a):0;
  return$h.r($hF, a); /*   */}log(f(1))
