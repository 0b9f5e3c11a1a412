async function f() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("66566b60369c3a76","444444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0])):0;
  function inner() {var $hF=$hL[5]?$h.e($hL[5]):0,$hV; $hF&&$h.p($hF,$hB+6);return($hV= 1,$hF)?$h.r($hF,$hV):$hV; }
  function inner() {var $hF=$hL[7]?$h.e($hL[7]):0,$hV; $hF&&$h.p($hF,$hB+8);return($hV= 2,$hF)?$h.r($hF,$hV):$hV; }
  $hF&&$h.p($hF,$hB+1);var inner2 = inner;$hF&&$h.s($hF,$hB+2,inner2);
  $hF&&$h.p($hF,$hB+3);return$h.r($hF,$h.o($hF,$hB+4, inner2(),inner2));
}
f().then(log)
