function f(n) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("afa2423dd8949eb7","44444444444444444444444444444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0],1,n):0,$hI0;
  $hF&&$h.p($hF,$hB+1);if ($h.c($hF,$hB+2,n === 0)) {$hF&&$h.p($hF,$hB+3);return$h.r($hF,$h.o($hF,$hB+4, 'zero',n));}
  else if ($h.c($hF,$hB+5,n === 1)) {$hF&&$h.p($hF,$hB+6);return$h.r($hF,$h.o($hF,$hB+7, 'one',n));}
  else {$hI0=0;$hF&&$h.p($hF,$hB+8);for (let i = $h.u($hF,$hB+9,0); $h.c($hF,$hB+10,i < n); $h.u($hF,$hB+11,i++,i)) {$hF&&$h.j($hF,$hB+12,$hI0++);{$hF&&$h.p($hF,$hB+13);if ($h.c($hF,$hB+14,i === 2)) {$hF&&$h.p($hF,$hB+15);return$h.r($hF,$h.o($hF,$hB+16, i,n,i));}}}}
  $hI0=0;$hF&&$h.p($hF,$hB+17);do {$hF&&$h.j($hF,$hB+18,$hI0++);{$hF&&$h.p($hF,$hB+19);$h.u($hF,$hB+20,n--,n);}} while ($h.c($hF,$hB+21,n > 0))
  $hI0=0;$hF&&$h.p($hF,$hB+22);label: for (;;) {$hF&&$h.j($hF,$hB+23,$hI0++); $hF&&$h.p($hF,$hB+24);switch (n) { case 0:$hF&&$h.p($hF,$hB+25); $hF&&$h.p($hF,$hB+26);break label; default:$hF&&$h.p($hF,$hB+27); $hF&&$h.p($hF,$hB+28);return$h.r($hF,$h.o($hF,$hB+29, n,n)); } }
  $hF&&$h.p($hF,$hB+30);return$h.r($hF,$h.o($hF,$hB+31, n,n));
}
log(f(0), f(1), f(2), f(5))
