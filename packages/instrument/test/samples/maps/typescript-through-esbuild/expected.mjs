/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("80e49425f2c1b99c","44444444");$hB=$h.b;return $hL}var Kind = /* @__PURE__ */ ((Kind2) => {
  Kind2[Kind2["A"] = 0] = "A";
  Kind2[Kind2["B"] = 1] = "B";
  return Kind2;
})(Kind || {});
export class Cart {
  constructor(tax) {var $hF=($hL||$hR())[0]?$h.e1($hB+0,tax):0;
    this.tax = tax;
  ;$hF&&$h.o($hF,$hB+1,0,tax);$hF&&$h.v($hF)}
  tax;
  items = ($h.r)(($hL||$hR())[2]?$h.e($hB+2):0,Array.from([]));
  async total(round) {var $hF=($hL||$hR())[3]?$h.e1($hB+3,round):0;try{
    const sum = this.items.reduce((a, i) =>{var $hF=($hL||$hR())[5]?$h.e2($hB+5,a,i):0;return $h.r($hF,$h.o($hF,$hB+6, a + i.price,i,a))}, 0);;$hF&&$h.s($hF,$hB+4,sum);
    return$h.r($hF, $h.w($hF,await$h.a($hF, Promise.resolve(sum))) * this.tax);
  }catch($hE){throw $h.x($hF,$hE)}}
  get size() {var $hF=($hL||$hR())[7]?$h.e($hB+7):0;
    return$h.r($hF, this.items.length);
  }
}
const cart = new Cart(2);
cart.total().then(log);
log(cart.size, 0 /* A */);
