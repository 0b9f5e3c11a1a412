/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("80e49425f2c1b99c","44444444444444");$hB=$h.b;return $hL}var $hF=($hL||$hR())[0]?$h.e($hB+0):0;$hF&&$h.p($hF,$hB+1);var Kind = /* @__PURE__ */ ((Kind2) => {
  Kind2[Kind2["A"] = 0] = "A";
  Kind2[Kind2["B"] = 1] = "B";
  return Kind2;
})(Kind || {});
export class Cart {
  constructor(tax) {var $hF=($hL||$hR())[6]?$h.e1($hB+6,tax):0;
    this.tax = tax;
  ;$hF&&$h.o($hF,$hB+7,0,tax);$hF&&$h.v($hF)}
  tax;
  items = ($h.r)(($hL||$hR())[8]?$h.e($hB+8):0,Array.from([]));
  async total(round) {var $hF=($hL||$hR())[9]?$h.e1($hB+9,round):0;try{
    const sum = this.items.reduce((a, i) =>{var $hF=($hL||$hR())[11]?$h.e2($hB+11,a,i):0;return $h.r($hF,$h.o($hF,$hB+12, a + i.price,i,a))}, 0);;$hF&&$h.s($hF,$hB+10,sum);
    return$h.r($hF, $h.w($hF,await$h.a($hF, Promise.resolve(sum))) * this.tax);
  }catch($hE){throw $h.x($hF,$hE)}}
  get size() {var $hF=($hL||$hR())[13]?$h.e($hB+13):0;
    return$h.r($hF, this.items.length);
  }
}
$hF&&$h.p($hF,$hB+2);const cart = new Cart(2);;$hF&&$h.s($hF,$hB+3,cart);
$hF&&$h.p($hF,$hB+4);cart.total().then(log);
$hF&&$h.p($hF,$hB+5);log(cart.size, 0 /* A */);;$hF&&$h.v($hF);
