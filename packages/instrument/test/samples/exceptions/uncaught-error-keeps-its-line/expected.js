function inner() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("98f53865bb1d6fd3","444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0]):0;
  $hF&&$h.p($hF,$hB+1);const a = 1;$hF&&$h.s($hF,$hB+2,a);

  $hF&&$h.p($hF,$hB+3);return$h.r($hF,$h.o($hF,$hB+4, a.b.c,a));
}
const outer = () =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("98f53865bb1d6fd3","444444"),$hB=$h.b,$hF=$hL[5]?$h.e($hL[5]):0,$hV;return($hV= inner(),$hF)?$h.r($hF,$hV):$hV}
outer()
