var a = 1
let b = 2
function f() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("6835b53d4ad55f0a","44"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0]):0,$hV; $hF&&$h.p($hF,$hB+1);return($hV= a + b,$hF)?$h.r($hF,$hV):$hV; }
f() + 1
