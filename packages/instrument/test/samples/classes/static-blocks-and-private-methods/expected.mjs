/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("028b3f4ea681efda","44444444444444444");$hB=$h.b;return $hL}class Cart {
  static count = 0
  static {var $hF=($hL||$hR())[0]?$h.e($hB+0):0,$hO0;
    try { $hF&&$h.p($hF,$hB+1);missing() } catch ($hE){$hF&&$h.k($hF,$hE); $hF&&$h.p($hF,$hB+2);$h.f($hF,$hB+3,($hO0=Cart).count = 1,$hO0,"count"); }
  ;$hF&&$h.v($hF)}
  static {var $hF=($hL||$hR())[4]?$h.e($hB+4):0;;$hF&&$h.v($hF)}
  static #secret(x) {var $hF=($hL||$hR())[5]?$h.e1($hB+5,x):0; $hF&&$h.p($hF,$hB+6);return$h.r($hF,$h.o($hF,$hB+7, x,x)); }
  #own() {var $hF=($hL||$hR())[8]?$h.e($hB+8):0; $hF&&$h.p($hF,$hB+9);return$h.r($hF, Cart.#secret(2)); }
  get size() {var $hF=($hL||$hR())[10]?$h.e($hB+10):0; $hF&&$h.p($hF,$hB+11);return$h.r($hF, this.#own()); }
  set size(v) {var $hF=($hL||$hR())[12]?$h.e1($hB+12,v):0; $hF&&$h.p($hF,$hB+13);log('size', v) ;$hF&&$h.o($hF,$hB+14,0,v);$hF&&$h.v($hF)}
  static from() {var $hF=($hL||$hR())[15]?$h.e($hB+15):0; $hF&&$h.p($hF,$hB+16);return$h.r($hF, new this()); }
}
const cart = Cart.from()
cart.size = 3
log(Cart.count, cart.size)
