function f() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("77825ab1a78c9ee5","4444444444444444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0]):0,$hI0;
  $hF&&$h.p($hF,$hB+1);var let = 1;$hF&&$h.s($hF,$hB+2,let);
  $hF&&$h.p($hF,$hB+3);if ($h.c($hF,$hB+4,let)) let
  $hF&&$h.p($hF,$hB+5);var x = 5;$hF&&$h.s($hF,$hB+6,x);
  $hI0=0;$hF&&$h.p($hF,$hB+7);while ($h.c($hF,$hB+8,$h.u($hF,$hB+9,let--,let))) {$hF&&$h.j($hF,$hB+10,$hI0++);let}
  $hF&&$h.p($hF,$hB+11);x
  $hI0=0;$hF&&$h.p($hF,$hB+12);for (;;) {$hF&&$h.j($hF,$hB+13,$hI0++);{$hF&&$h.p($hF,$hB+14);break}}
  $hI0=0;$hF&&$h.p($hF,$hB+15);do {$hF&&$h.j($hF,$hB+16,$hI0++);let}
  while (false)
  $hF&&$h.p($hF,$hB+17);log(let, x)
;$hF&&$h.o($hF,$hB+18,0,x,let);$hF&&$h.v($hF)}
f()
