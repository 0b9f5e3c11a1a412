const attempt = run => {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("f01a2c0a3a50da5a","44444444444444444444444444444444444444444444444444444444444444444444444444444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0],1,run)):0; try { $hF&&$h.p($hF,$hB+1);run() } catch (error) {$hF&&$h.k($hF,error);$hF&&$h.s($hF,$hB+2,error); $hF&&$h.p($hF,$hB+3);log(error.message) } ;$hF&&$h.o($hF,$hB+4,0,run);$hF&&$h.v($hF)}
function f(o, u) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("f01a2c0a3a50da5a","44444444444444444444444444444444444444444444444444444444444444444444444444444444"),$hB=$h.b,$hF=$hL[5]?$h.e($hL[5],2,o,u):0;
  $hF&&$h.p($hF,$hB+6);attempt(() => {var $hF=$hL[25]?$h.e($hL[25]):0; $hF&&$h.p($hF,$hB+26);(o.x = u)() ;$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+7);attempt(() => {var $hF=$hL[27]?$h.e($hL[27]):0; $hF&&$h.p($hF,$hB+28);(u && o).y() ;$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+8);attempt(() => {var $hF=$hL[29]?$h.e($hL[29]):0; $hF&&$h.p($hF,$hB+30);($h.c($hF,$hB+31,o) ? u : o)() ;$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+9);attempt(() => {var $hF=$hL[32]?$h.e($hL[32]):0; $hF&&$h.p($hF,$hB+33);(o.a = o).b.c() ;$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+10);attempt(() => {var $hF=$hL[34]?$h.e($hL[34]):0,$hI0; $hI0=0;$hF&&$h.p($hF,$hB+35);for (const x of (o.x = u)) {$hF&&$h.j($hF,$hB+36,$hI0++);$hF&&$h.s($hF,$hB+37,x);{$hF&&$h.p($hF,$hB+38);log(x)}} ;$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+11);attempt(() => {var $hF=$hL[39]?$h.e($hL[39]):0; $hF&&$h.p($hF,$hB+40);const [x] = (o.x = 1);$hF&&$h.s($hF,$hB+41,x); ;$hF&&$h.o($hF,$hB+42,0,x);$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+12);attempt(() => {var $hF=$hL[43]?$h.e($hL[43]):0; $hF&&$h.p($hF,$hB+44);const { x } = (o.x = null);$hF&&$h.s($hF,$hB+45,x); ;$hF&&$h.o($hF,$hB+46,0,x);$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+13);attempt(() => {var $hF=$hL[47]?$h.e($hL[47]):0; $hF&&$h.p($hF,$hB+48);let x;;$hF&&$h.s($hF,$hB+49,x); $hF&&$h.p($hF,$hB+50);$h.u($hF,$hB+51,[x] = (o.y = 5),x); ;$hF&&$h.o($hF,$hB+52,0,x);$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+14);attempt(() => {var $hF=$hL[53]?$h.e($hL[53]):0; $hF&&$h.p($hF,$hB+54);new (o.z = 1)() ;$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+15);attempt(() => {var $hF=$hL[55]?$h.e($hL[55]):0; $hF&&$h.p($hF,$hB+56);o.f`text` ;$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+16);attempt(() => {var $hF=$hL[57]?$h.e($hL[57]):0; $hF&&$h.p($hF,$hB+58);log(...(o.x = 3)) ;$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+17);attempt(() => {var $hF=$hL[59]?$h.e($hL[59]):0; $hF&&$h.p($hF,$hB+60);(o, u)() ;$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+18);attempt(() => {var $hF=$hL[61]?$h.e($hL[61]):0,$hO0; $hF&&$h.p($hF,$hB+62);$h.f($hF,$hB+63,($hO0=o.p).q = 1,$hO0,"q"); $hF&&$h.p($hF,$hB+64);$h.f($hF,$hB+65,($hO0=o.p.q.r).s = 2,$hO0,"s"); ;$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+19);attempt(() => {var $hF=$hL[66]?$h.e($hL[66]):0,$hO0; $hF&&$h.p($hF,$hB+67);$h.f($hF,$hB+68,delete ($hO0=u).x,$hO0,"x"); ;$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+20);attempt(() => {var $hF=$hL[69]?$h.e($hL[69]):0,$hO0,$hK0; $hF&&$h.p($hF,$hB+70);$h.f($hF,$hB+71,($hO0=o)[$hK0=u.k] = 1,$hO0,$hK0); ;$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+21);attempt(() => {var $hF=$hL[72]?$h.e($hL[72]):0,$hO0; $hF&&$h.p($hF,$hB+73);$h.f($hF,$hB+74,($hO0=u).n++,$hO0,"n"); ;$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+22);attempt(() => {var $hF=$hL[75]?$h.e($hL[75]):0; $hF&&$h.p($hF,$hB+76);(o.i++)() ;$hF&&$h.v($hF)})
  $hF&&$h.p($hF,$hB+23);attempt(() => {var $hF=$hL[77]?$h.e($hL[77]):0,$hO0; $hF&&$h.p($hF,$hB+78);o.g($h.f($hF,$hB+79,($hO0=o).x = 1,$hO0,"x")).h ;$hF&&$h.v($hF)})
;$hF&&$h.o($hF,$hB+24,0,u,o);$hF&&$h.v($hF)}
f({}, undefined)
