async function f() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("b5c5e40db0d735c1","4444"),$hB=$h.b,$hF=$hL[0]?$h.e($hB+0):0;
  function inner() {var $hF=$hL[2]?$h.e($hB+2):0; return$h.r($hF, 1); }
  function inner() {var $hF=$hL[3]?$h.e($hB+3):0; return$h.r($hF, 2); }
  var inner2 = inner;$hF&&$h.s($hF,$hB+1,inner2);
  return$h.r($hF, inner2());
}
f().then(log)
