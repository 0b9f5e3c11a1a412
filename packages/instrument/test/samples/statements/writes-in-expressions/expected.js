function f(p, list) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("95461e4317ca4152","44444444444444444444444444444444444444444444444444444444444444444444444444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0],2,p,list)):0,$hI0;
  $hF&&$h.p($hF,$hB+1);let a, b = 1, c = 2n;$hF&&$h.s($hF,$hB+2,a);$hF&&$h.s($hF,$hB+3,b);$hF&&$h.s($hF,$hB+4,c);
  $hF&&$h.p($hF,$hB+5);$h.u($hF,$hB+6,a = $h.u($hF,$hB+7,b = p));
  $hF&&$h.p($hF,$hB+8);log($h.u($hF,$hB+9,a += b), $h.u($hF,$hB+10,b -= 1), $h.u($hF,$hB+11,a++,a) + $h.u($hF,$hB+12,++a), $h.u($hF,$hB+13,c++,c), $h.u($hF,$hB+14,--c))
  $hF&&$h.p($hF,$hB+15);$h.u($hF,$hB+16,a ||= 5); $hF&&$h.p($hF,$hB+17);$h.u($hF,$hB+18,b &&= 6); $hF&&$h.p($hF,$hB+19);$h.u($hF,$hB+20,list ??= []);
  $hF&&$h.p($hF,$hB+21);let d = null;;$hF&&$h.s($hF,$hB+22,d); $hF&&$h.p($hF,$hB+23);($h.u)($hF,$hB+24,d ??= () =>{var $hF=$hL[69]?$h.e($hL[69]):0,$hV;return($hV= 1,$hF)?$h.r($hF,$hV):$hV});
  $hF&&$h.p($hF,$hB+25);log(d.name, d());
  $hF&&$h.p($hF,$hB+26);$h.u($hF,$hB+27,[a, b] = [b, a],a,b);
  $hF&&$h.p($hF,$hB+29);($h.u($hF,$hB+30,{ x: a, y: { z: b = 9 } = {}, ...d } = { x: 1, w: 2 },a,b,d))
  $hI0=0;$hF&&$h.p($hF,$hB+33);while ($h.c($hF,$hB+34,($h.u($hF,$hB+35,p = p - 1)) > 0)) {$hF&&$h.j($hF,$hB+36,$hI0++);{$hF&&$h.p($hF,$hB+37);log('p', p)}}
  $hF&&$h.p($hF,$hB+38);log(typeof ($h.u($hF,$hB+39,undeclared = 3)), undeclared, $h.u($hF,$hB+40,++undeclared), undeclared--)
  $hF&&$h.p($hF,$hB+41);const later = () => {var $hF=$hL[70]?$h.e($hL[70]):0; $hF&&$h.p($hF,$hB+71);$h.u($hF,$hB+72,b = 'from a closure'); $hF&&$h.p($hF,$hB+73);return$h.r($hF, b); };$hF&&$h.s($hF,$hB+42,later);
  $hF&&$h.p($hF,$hB+43);later()
  $hF&&$h.p($hF,$hB+44);var v = a, w;$hF&&$h.s($hF,$hB+45,v);
  $hF&&$h.p($hF,$hB+46);class Later {};$hF&&$h.s($hF,$hB+47,Later);
  try { $hF&&$h.p($hF,$hB+48);throw$h.t($hF,$h.o($hF,$hB+49, { code: 7 },Later,w,v,later,d,c,b,a,list,p)); } catch ({ code, ...rest }) {$hF&&$h.k($hF);$hF&&$h.s($hF,$hB+50,code);$hF&&$h.s($hF,$hB+51,rest); $hF&&$h.p($hF,$hB+52);log(code, rest) }
  try { $hF&&$h.p($hF,$hB+53);const fixed = 1;;$hF&&$h.s($hF,$hB+54,fixed); $hF&&$h.p($hF,$hB+55);$h.u($hF,$hB+56,fixed = 2); } catch (error) {$hF&&$h.k($hF,error);$hF&&$h.s($hF,$hB+57,error); $hF&&$h.p($hF,$hB+58);log(error.message) }
  try { $hF&&$h.p($hF,$hB+59);$h.u($hF,$hB+60,early = 1); $hF&&$h.p($hF,$hB+61);let early;$hF&&$h.s($hF,$hB+62,early); } catch (error) {$hF&&$h.k($hF,error);$hF&&$h.s($hF,$hB+63,error); $hF&&$h.p($hF,$hB+64);log(error.message) }
  $hF&&$h.p($hF,$hB+65);const self = function me() {var $hF=$hL[74]?$h.e($hL[74]):0,$hV; $hF&&$h.p($hF,$hB+75);me = 1; $hF&&$h.p($hF,$hB+76);return($hV= typeof me,$hF)?$h.r($hF,$hV):$hV; };$hF&&$h.s($hF,$hB+66,self);
  $hF&&$h.p($hF,$hB+67);return$h.r($hF,$h.o($hF,$hB+68, [a, b, c, d, v, w, Later.name, self()].map(String).join(),self,Later,w,v,later,d,c,b,a,list,p));
}
log(f(3))
