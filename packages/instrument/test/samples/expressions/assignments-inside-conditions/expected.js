function f(a) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("f0882d266b868560","44444444444444444444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0],1,a):0;
  $hF&&$h.p($hF,$hB+1);let b;$hF&&$h.s($hF,$hB+2,b);
  $hF&&$h.p($hF,$hB+3);if ($h.c($hF,$hB+4,($h.u($hF,$hB+5,b = a)))) {$hF&&$h.p($hF,$hB+6);$h.u($hF,$hB+7,b += 1)
  ;}$hF&&$h.p($hF,$hB+8);$h.u($hF,$hB+9,(b) = b * 2);
  $hF&&$h.p($hF,$hB+10);$h.u($hF,$hB+11,b ||= 5);
  $hF&&$h.p($hF,$hB+12);$h.u($hF,$hB+13,b++,b);
  $hF&&$h.p($hF,$hB+14);const { c, d: [e] } = { c: b, d: [b] };$hF&&$h.s($hF,$hB+15,c);$hF&&$h.s($hF,$hB+16,e);
  $hF&&$h.p($hF,$hB+17);let u;$hF&&$h.s($hF,$hB+18,u);
  $hF&&$h.p($hF,$hB+19);var v, w = 1;$hF&&$h.s($hF,$hB+20,w);
  $hF&&$h.p($hF,$hB+21);return$h.r($hF,$h.o($hF,$hB+22, [b, c, e, u, v, w],w,v,u,e,c,b,a));
}
log(f(1), f(0))
