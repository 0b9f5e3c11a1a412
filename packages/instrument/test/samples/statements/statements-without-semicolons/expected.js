function f(a, b) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("411028ed5200a3d8","4444444444444444444444444444444444444444444444444444444444444"),$hB=$h.b,$hF=$hL[0]?$h.e($hL[0],2,a,b):0,$hI0;
  $hF&&$h.p($hF,$hB+1);let x = 1;$hF&&$h.s($hF,$hB+2,x);
  $hF&&$h.p($hF,$hB+3);$h.u($hF,$hB+4,x++,x)
  ;$hF&&$h.p($hF,$hB+5);(b)
  $hF&&$h.p($hF,$hB+6);($h.u)($hF,$hB+7,a = () =>{var $hF=$hL[54]?$h.e($hL[54]):0;return $h.r($hF, x)})
  ;$hF&&$h.p($hF,$hB+8);[1].forEach(log)
  $hF&&$h.p($hF,$hB+9);$h.u($hF,$hB+10,x = a);
  $hF&&$h.p($hF,$hB+11);$h.u($hF,$hB+12,b = $h.u($hF,$hB+13,x++,x)
  /1/g.test('1'));
  $hF&&$h.p($hF,$hB+14);x
  $hF&&$h.p($hF,$hB+15);$h.u($hF,$hB+16,++b);
  $hF&&$h.p($hF,$hB+17);const fn = function () {var $hF=$hL[55]?$h.e($hL[55]):0,$hV; $hF&&$h.p($hF,$hB+56);return($hV= 'fn',$hF)?$h.r($hF,$hV):$hV; };$hF&&$h.s($hF,$hB+18,fn);
  $hF&&$h.p($hF,$hB+19);log(fn())
  $hF&&$h.p($hF,$hB+20);if ($h.c($hF,$hB+21,a)) {$hF&&$h.p($hF,$hB+22);$h.u($hF,$hB+23,x = 1);}
  else {$hF&&$h.p($hF,$hB+24);$h.u($hF,$hB+25,x = 2);}
  $hI0=0;$hF&&$h.p($hF,$hB+26);do {$hF&&$h.j($hF,$hB+27,$hI0++);{$hF&&$h.p($hF,$hB+28);$h.u($hF,$hB+29,x--,x);}}
  while ($h.c($hF,$hB+30,x > 0)) $hF&&$h.p($hF,$hB+31);log(x)
  $hI0=0;$hF&&$h.p($hF,$hB+32);for (;;) {$hF&&$h.j($hF,$hB+33,$hI0++);{$hF&&$h.p($hF,$hB+34);if ($h.c($hF,$hB+35,x)) {$hF&&$h.p($hF,$hB+36);break;} else {$hF&&$h.p($hF,$hB+37);$h.u($hF,$hB+38,x = 3);}}}
  $hI0=0;$hF&&$h.p($hF,$hB+39);while ($h.c($hF,$hB+40,x)) {$hF&&$h.j($hF,$hB+41,$hI0++);{$hF&&$h.p($hF,$hB+42);if ($h.c($hF,$hB+43,$h.u($hF,$hB+44,x--,x))) {$hF&&$h.p($hF,$hB+45);continue}
  else {$hF&&$h.p($hF,$hB+46);break}}}
  $hF&&$h.p($hF,$hB+47);label: $h.u($hF,$hB+48,x = 7);
  $hF&&$h.p($hF,$hB+49);var g = async () => {var $hF=$hL[57]?$h.ei($h.e($hL[57])):0;try{;$hF&&$h.v($hF)}catch($hE){throw $h.x($hF,$hE)}};$hF&&$h.s($hF,$hB+50,g);
  $hF&&$h.p($hF,$hB+51);g()
  $hF&&$h.p($hF,$hB+52);return$h.r($hF,$h.o($hF,$hB+53, (
    x
  ),g,fn,x,b,a));
}
log(f(1, 2))
var last = x =>{var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("411028ed5200a3d8","4444444444444444444444444444444444444444444444444444444444444"),$hB=$h.b,$hF=$hL[58]?$h.e($hL[58],1,x):0;return $h.r($hF,$h.o($hF,$hB+60, $h.u($hF,$hB+59,x++,x),x))}
log(last(1))
