/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("f26014b85a6c0301","4444444444444444444444444444444444444444444444444444444444444444444444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0,$hI0,$hO0,$hK0,$hO1;$hF&&$h.i($hF);import { basename, sep } from 'node:path'
$hF&&$h.p($hF,$hB+1);let n = 0;$hF&&$h.s($hF,$hB+2,n);
const up = () =>{var $hF=($hL===void 0?$hR():$hL)[61]?$h.e($hL[61]):0,$hV;return($hV= $h.u($hF,$hB+62,++n),$hF)?$h.r($hF,$hV):$hV};
$hF&&$h.p($hF,$hB+3);export const list = [1, 2, 3].map(x =>{var $hF=($hL===void 0?$hR():$hL)[63]?$h.e($hL[63],1,x):0;return $h.r($hF,$h.o($hF,$hB+64, x * 2,x))});$hF&&$h.s($hF,$hB+4,list);
$hF&&$h.p($hF,$hB+5);export let unset;$hF&&$h.s($hF,$hB+6,unset);
$hF&&$h.p($hF,$hB+7);if (sep) {$hF&&$h.p($hF,$hB+8);log('an import may become a constant')}
$hF&&$h.p($hF,$hB+9);if ($h.c($hF,$hB+10,$h.c($hF,$hB+11,list.length > 2) && up() > 0)) {$hF&&$h.p($hF,$hB+12);$h.u($hF,$hB+13,unset = 5);}
else {$hF&&$h.p($hF,$hB+14);$h.u($hF,$hB+15,unset = 6);}
$hI0=0;$hF&&$h.p($hF,$hB+16);outer: for (const x of list) {$hF&&$h.j($hF,$hB+17,$hI0++);$hF&&$h.s($hF,$hB+18,x); $hF&&$h.p($hF,$hB+19);if ($h.c($hF,$hB+20,x > 4)) {$hF&&$h.p($hF,$hB+21);break outer;} $hF&&$h.p($hF,$hB+22);$h.u($hF,$hB+23,n += x); }
$hI0=0;$hF&&$h.p($hF,$hB+24);for (let i = $h.u($hF,$hB+25,0); $h.c($hF,$hB+26,i < 1); $h.u($hF,$hB+27,i++,i)) {$hF&&$h.j($hF,$hB+28,$hI0++);{$hF&&$h.p($hF,$hB+29);switch (i) { case 0:$hF&&$h.p($hF,$hB+30); $hF&&$h.p($hF,$hB+31);log(n) }}}
$hF&&$h.p($hF,$hB+32);const { a, b: [c] } = $h?.w($hF,await$h.a($hF, Promise.resolve({ a: 1, b: [2] })));;$hF&&$h.s($hF,$hB+33,a);$hF&&$h.s($hF,$hB+34,c);
$hI0=0;$hF&&$h.p($hF,$hB+35);for await (const d of [up(), Promise.resolve(9)]) {$hF&&$h.w($hF);{$hF&&$h.j($hF,$hB+36,$hI0++);$hF&&$h.s($hF,$hB+37,d);{$hF&&$h.p($hF,$hB+38);$h.u($hF,$hB+39,n = d);}}}$hF&&$h.l($hF);
try { $hF&&$h.p($hF,$hB+40);throw$h.t($hF, new RangeError(basename('x/y'))); } catch ({ message }) {$hF&&$h.k($hF);$hF&&$h.s($hF,$hB+41,message); $hF&&$h.p($hF,$hB+42);log(message) } finally {$hF&&$h.l($hF); $hF&&$h.p($hF,$hB+43);$h.u($hF,$hB+44,n++,n); }
$hF&&$h.p($hF,$hB+45);const o = { p: [] };$hF&&$h.s($hF,$hB+46,o);
$hF&&$h.p($hF,$hB+47);$h.f($hF,$hB+48,($hO0=o.p)[$hK0=n - 10] = a,$hO0,$hK0); $hF&&$h.p($hF,$hB+49);$h.h($hF,$hB+50,[($hO0=o).q, ($hO1=o).r] = [c, unset],$hO0,"q",$hO1,"r");
$hF&&$h.p($hF,$hB+52);$h.f($hF,$hB+53,delete ($hO0=o).r,$hO0,"r");
$hF&&$h.p($hF,$hB+54);const kept = /* @__PURE__ */ up(n || 1), { q } = o;$hF&&$h.s($hF,$hB+55,q);
{ $hF&&$h.p($hF,$hB+56);let n = 'inner';;$hF&&$h.s($hF,$hB+57,n); $hF&&$h.p($hF,$hB+58);log(n) }
$hF&&$h.p($hF,$hB+59);export class Box { static {var $hF=($hL===void 0?$hR():$hL)[65]?$h.e($hL[65]):0,$hO0; { $hF&&$h.p($hF,$hB+66);let n = 1;;$hF&&$h.s($hF,$hB+67,n); $hF&&$h.p($hF,$hB+68);$h.f($hF,$hB+69,($hO0=o).s = n,$hO0,"s"); } ;$hF&&$h.v($hF)} }
$hF&&$h.p($hF,$hB+60);log(JSON.stringify(o), kept, q, n, typeof Box);$hF&&$h.v($hF);
