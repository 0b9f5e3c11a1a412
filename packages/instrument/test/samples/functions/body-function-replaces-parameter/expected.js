function f(a, b) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("6c7bbae22d67634a","44"),$hB=$h.b,$hF=$hL[0]?$h.e1($hB+0,b):0;
  function a() {var $hF=$hL[1]?$h.e($hB+1):0;
    return$h.r($hF, b);
  }
  return$h.r($hF, typeof a);
}
log(f(1, 2))
