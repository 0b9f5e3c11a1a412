'use strict'; log(typeof hoisted)
function f(a) {
  'some directive';var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("77309d3971a291df","4444444444444444444444444444444444444444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0],1,a)):0,$hI0;
  $hF&&$h.p($hF,$hB+1);if ($h.c($hF,$hB+2,a)) {$hF&&$h.p($hF,$hB+3);log('bare');} else {$hF&&$h.p($hF,$hB+4);log('else')}
  $hF&&$h.p($hF,$hB+5);if ($h.c($hF,$hB+6,!a)) { $hF&&$h.p($hF,$hB+7);log('block') } else if ($h.c($hF,$hB+8,a > 1)) {$hF&&$h.p($hF,$hB+9);log('chain');} else {$hF&&$h.p($hF,$hB+10);log('end')}
  out: { $hF&&$h.p($hF,$hB+11);log('labelled'); $hF&&$h.p($hF,$hB+12);if ($h.c($hF,$hB+13,a)) {$hF&&$h.p($hF,$hB+14);break out;} $hF&&$h.p($hF,$hB+15);log('never') }
  $hI0=0;$hF&&$h.p($hF,$hB+16);two: labels: for (const x of [1]) {$hF&&$h.j($hF,$hB+17,$hI0++);$hF&&$h.s($hF,$hB+18,x); $hF&&$h.p($hF,$hB+19);continue two }
  try { $hF&&$h.p($hF,$hB+20);log('try') } catch ($hE){$hF&&$h.k($hF,$hE); $hF&&$h.p($hF,$hB+21);log('catch') } finally {$hF&&$h.l($hF); $hF&&$h.p($hF,$hB+22);log('finally') }
  ;;{ $hF&&$h.p($hF,$hB+23);let inner = a;;$hF&&$h.s($hF,$hB+24,inner); { $hF&&$h.p($hF,$hB+25);log(inner) } }
  function hoisted2() {var $hF=$hL[39]?$h.e($hL[39]):0;;$hF&&$h.v($hF)}
  $hF&&$h.p($hF,$hB+26);class Local { static {var $hF=$hL[40]?$h.e($hL[40]):0; $hF&&$h.p($hF,$hB+41);log('static'); ;$hF&&$h.v($hF)} };$hF&&$h.s($hF,$hB+27,Local);
  $hF&&$h.p($hF,$hB+28);debugger
  $hF&&$h.p($hF,$hB+29);switch (a) { case 0:$hF&&$h.p($hF,$hB+30); $hF&&$h.p($hF,$hB+31);log('zero'); case 1:$hF&&$h.p($hF,$hB+32); $hF&&$h.p($hF,$hB+33);log('one'); { $hF&&$h.p($hF,$hB+34);log('in block') } $hF&&$h.p($hF,$hB+35);break; default:$hF&&$h.p($hF,$hB+36); }
  $hF&&$h.p($hF,$hB+37);return$h.r($hF,$h.o($hF,$hB+38, hoisted2.name + Local.name,Local,a));
}
function hoisted() {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("77309d3971a291df","4444444444444444444444444444444444444444444"),$hB=$h.b,$hF=$hL[42]?$h.e($hL[42]):0;;$hF&&$h.v($hF)}
log(f(1))
