/*hindscope*/var $h=require("@hindscope/runtime/hook").h,$hL,$hB;function $hR(){$hL=$h.m("8fe8396a9810294d","444444444444444444444444444444444444444444444444444444444444444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0;const where = error =>{var $hF=($hL===void 0?$hR():$hL)[9]?$h.e($hL[9],1,error):0;return $h.r($hF,$h.o($hF,$hB+10, error.stack.split('\n')[1].trim().split(' (')[0],error))}
function Shop() {var $hF=($hL===void 0?$hR():$hL)[11]?$h.e($hL[11],1,this):0;
  $hF&&$h.p($hF,$hB+12);this.open = () =>{var $hF=($hL===void 0?$hR():$hL)[16]?$h.e($hL[16]):0,$hV;return($hV= where(new Error()),$hF)?$h.r($hF,$hV):$hV};$hF&&$h.h($hF,$hB+13,0,this,"open");
  $hF&&$h.p($hF,$hB+14);this['close'] = function () {var $hF=($hL===void 0?$hR():$hL)[17]?$h.e($hL[17]):0,$hV; $hF&&$h.p($hF,$hB+18);return($hV= where(new Error()),$hF)?$h.r($hF,$hV):$hV; };$hF&&$h.h($hF,$hB+15,0,this,"close");
;$hF&&$h.v($hF)}
function main(t, o, key) {var $hF=($hL===void 0?$hR():$hL)[19]?$h.e($hL[19],3,t,o,key):0,$hO0;
  $hF&&$h.p($hF,$hB+20);o.p = () =>{var $hF=($hL===void 0?$hR():$hL)[42]?$h.e($hL[42]):0,$hV;return($hV= where(new Error()),$hF)?$h.r($hF,$hV):$hV};$hF&&$h.h($hF,$hB+21,0,o,"p");
  $hF&&$h.p($hF,$hB+22);o.q = (function () {var $hF=($hL===void 0?$hR():$hL)[43]?$h.e($hL[43]):0,$hV; $hF&&$h.p($hF,$hB+44);return($hV= where(new Error()),$hF)?$h.r($hF,$hV):$hV; });$hF&&$h.h($hF,$hB+23,0,o,"q");
  $hF&&$h.p($hF,$hB+24);o[key] = () =>{var $hF=($hL===void 0?$hR():$hL)[45]?$h.e($hL[45]):0,$hV;return($hV= 1,$hF)?$h.r($hF,$hV):$hV}; $hF&&$h.p($hF,$hB+25);$h.f($hF,$hB+26,($hO0=o).deep = {},$hO0,"deep"); $hF&&$h.p($hF,$hB+27);o.deep.r = () =>{var $hF=($hL===void 0?$hR():$hL)[46]?$h.e($hL[46]):0,$hV;return($hV= where(new Error()),$hF)?$h.r($hF,$hV):$hV}
  $hF&&$h.p($hF,$hB+28);let x;$hF&&$h.s($hF,$hB+29,x);
  $hF&&$h.p($hF,$hB+30);x = $h.c($hF,$hB+31,t) ? () =>{var $hF=($hL===void 0?$hR():$hL)[47]?$h.e($hL[47]):0,$hV;return($hV= where(new Error()),$hF)?$h.r($hF,$hV):$hV} : undefined;$hF&&$h.s($hF,$hB+32,x);
  $hF&&$h.p($hF,$hB+33);if ($h.c($hF,$hB+34,t)) {$hF&&$h.p($hF,$hB+35);o.s = () =>{var $hF=($hL===void 0?$hR():$hL)[48]?$h.e($hL[48]):0,$hV;return($hV= 1,$hF)?$h.r($hF,$hV):$hV}}
  $hF&&$h.p($hF,$hB+36);o.k = class { static at() {var $hF=($hL===void 0?$hR():$hL)[49]?$h.e($hL[49]):0,$hV; $hF&&$h.p($hF,$hB+50);return($hV= where(new Error()),$hF)?$h.r($hF,$hV):$hV; } }
  $hF&&$h.p($hF,$hB+37);log(o.p(), o.q(), o.deep.r(), x(), o.k.at(), o.p.name, x.name, o.s.name)
  $hF&&$h.p($hF,$hB+38);globalThis.seen = () =>{var $hF=($hL===void 0?$hR():$hL)[51]?$h.e($hL[51]):0,$hV;return($hV= 1,$hF)?$h.r($hF,$hV):$hV}
  $hF&&$h.p($hF,$hB+39);Object.defineProperty(globalThis, 'watched', { get() {var $hF=($hL===void 0?$hR():$hL)[52]?$h.e($hL[52]):0,$hV; $hF&&$h.p($hF,$hB+53);log('read'); $hF&&$h.p($hF,$hB+54);return($hV= {},$hF)?$h.r($hF,$hV):$hV; }, configurable: true })
  $hF&&$h.p($hF,$hB+40);watched.w = () =>{var $hF=($hL===void 0?$hR():$hL)[55]?$h.e($hL[55]):0,$hV;return($hV= 2,$hF)?$h.r($hF,$hV):$hV}
;$hF&&$h.o($hF,$hB+41,0,x,key,o,t);$hF&&$h.v($hF)}
$hF&&$h.p($hF,$hB+1);const shop = new Shop();$hF&&$h.s($hF,$hB+2,shop);
$hF&&$h.p($hF,$hB+3);log(shop.open(), shop.close(), shop.open.name)
$hF&&$h.p($hF,$hB+4);main(true, { set v(value) {var $hF=($hL===void 0?$hR():$hL)[56]?$h.e($hL[56],1,value):0; $hF&&$h.p($hF,$hB+57);log('set', typeof value) ;$hF&&$h.o($hF,$hB+58,0,value);$hF&&$h.v($hF)} }, 'c')
$hF&&$h.p($hF,$hB+5);const o = { set v(f) {var $hF=($hL===void 0?$hR():$hL)[59]?$h.e($hL[59],1,f):0; $hF&&$h.p($hF,$hB+60);log('set', typeof f) ;$hF&&$h.o($hF,$hB+61,0,f);$hF&&$h.v($hF)} };$hF&&$h.s($hF,$hB+6,o);
$hF&&$h.p($hF,$hB+7);o.v = () =>{var $hF=($hL===void 0?$hR():$hL)[62]?$h.e($hL[62]):0,$hV;return($hV= 1,$hF)?$h.r($hF,$hV):$hV};$hF&&$h.h($hF,$hB+8,0,o,"v");;$hF&&$h.v($hF);
