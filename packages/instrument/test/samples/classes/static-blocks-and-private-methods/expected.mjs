/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("331be6fac6df54b7","444444444444444444444444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0,$hO0;$hF&&$h.p($hF,$hB+1);class Cart {
  static count = 0
  static {var $hF=($hL===void 0?$hR():$hL)[7]?$h.ei($h.e($hL[7])):0,$hO0;
    try { $hF&&$h.p($hF,$hB+8);missing() } catch ($hE){$hF&&$h.k($hF,$hE); $hF&&$h.p($hF,$hB+9);$h.f($hF,$hB+10,($hO0=Cart).count = 1,$hO0,"count"); }
  ;$hF&&$h.v($hF)}
  static {var $hF=($hL===void 0?$hR():$hL)[11]?$h.e($hL[11]):0;;$hF&&$h.v($hF)}
  static #secret(x) {var $hF=($hL===void 0?$hR():$hL)[12]?$h.e($hL[12],1,x):0; $hF&&$h.p($hF,$hB+13);return$h.r($hF,$h.o($hF,$hB+14, x,x)); }
  #own() {var $hF=($hL===void 0?$hR():$hL)[15]?$h.e($hL[15]):0,$hV; $hF&&$h.p($hF,$hB+16);return($hV= Cart.#secret(2),$hF)?$h.r($hF,$hV):$hV; }
  get size() {var $hF=($hL===void 0?$hR():$hL)[17]?$h.e($hL[17],1,this):0,$hV; $hF&&$h.p($hF,$hB+18);return($hV= this.#own(),$hF)?$h.r($hF,$hV):$hV; }
  set size(v) {var $hF=($hL===void 0?$hR():$hL)[19]?$h.e($hL[19],1,v):0; $hF&&$h.p($hF,$hB+20);log('size', v) ;$hF&&$h.o($hF,$hB+21,0,v);$hF&&$h.v($hF)}
  static from() {var $hF=($hL===void 0?$hR():$hL)[22]?$h.e($hL[22],1,this):0,$hV; $hF&&$h.p($hF,$hB+23);return($hV= new this(),$hF)?$h.r($hF,$hV):$hV; }
}
$hF&&$h.p($hF,$hB+2);const cart = Cart.from();$hF&&$h.s($hF,$hB+3,cart);
$hF&&$h.p($hF,$hB+4);$h.f($hF,$hB+5,($hO0=cart).size = 3,$hO0,"size");
$hF&&$h.p($hF,$hB+6);log(Cart.count, cart.size);$hF&&$h.v($hF);
