/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("04ea5a84c7ba23f6","4444444");$hB=$h.b;return $hL}class Cart {
  static count = 0
  static {var $hF=($hL||$hR())[0]?$h.e($hB+0):0;
    try { missing() } catch ($hE){$hF&&$h.k($hF,$hE); Cart.count = 1 }
  ;$hF&&$h.v($hF)}
  static {var $hF=($hL||$hR())[1]?$h.e($hB+1):0;;$hF&&$h.v($hF)}
  static #secret(x) {var $hF=($hL||$hR())[2]?$h.e1($hB+2,x):0; return$h.r($hF, x); }
  #own() {var $hF=($hL||$hR())[3]?$h.e($hB+3):0; return$h.r($hF, Cart.#secret(2)); }
  get size() {var $hF=($hL||$hR())[4]?$h.e($hB+4):0; return$h.r($hF, this.#own()); }
  set size(v) {var $hF=($hL||$hR())[5]?$h.e1($hB+5,v):0; log('size', v) ;$hF&&$h.v($hF)}
  static from() {var $hF=($hL||$hR())[6]?$h.e($hB+6):0; return$h.r($hF, new this()); }
}
const cart = Cart.from()
cart.size = 3
log(Cart.count, cart.size)
