var x = 'outer'
function f(a, b = () =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("9d5c56dbcdc8ddec","44444444"),$hB=$h.b,$hF=$hL[7]?$h.e($hL[7]):0;return $h.r($hF, a)}, c = b()) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("9d5c56dbcdc8ddec","44444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0],3,a,b,c):0;
  $hF&&$h.p($hF,$hB+1);var a
  $hF&&$h.p($hF,$hB+2);log(a, c)
  $hF&&$h.p($hF,$hB+3);$h.u($hF,$hB+4,a = 2);
  $hF&&$h.p($hF,$hB+5);return$h.r($hF,$h.o($hF,$hB+6, b(),c,b,a));
}
log(f(1), f.length)
