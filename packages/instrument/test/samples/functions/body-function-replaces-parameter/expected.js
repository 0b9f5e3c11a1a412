function f(a, b) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("9ebd92960e7e05a9","44444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0],1,b):0;
  function a() {var $hF=$hL[3]?$h.e($hL[3]):0;
    $hF&&$h.p($hF,$hB+4);return$h.r($hF, b);
  }
  $hF&&$h.p($hF,$hB+1);return$h.r($hF,$h.o($hF,$hB+2, typeof a,b));
}
log(f(1, 2))
