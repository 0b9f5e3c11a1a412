/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("80e49425f2c1b99c","4444444444444");$hB=$h.b;return $hL}var Kind = /* @__PURE__ */ ((Kind2) => {var $hF=($hL||$hR())[0]?$h.e1($hB+0,Kind2):0,$hO0,$hK0;
  $hF&&$h.p($hF,$hB+1);$h.f($hF,$hB+2,($hO0=Kind2)[$hK0=Kind2["A"] = 0] = "A",$hO0,$hK0);
  $hF&&$h.p($hF,$hB+3);$h.f($hF,$hB+4,($hO0=Kind2)[$hK0=Kind2["B"] = 1] = "B",$hO0,$hK0);
  return$h.r($hF, Kind2);
})(Kind || {});
export class Cart {
  constructor(tax) {var $hF=($hL||$hR())[5]?$h.e1($hB+5,tax):0;
    this.tax = tax;
  ;$hF&&$h.o($hF,$hB+6,0,tax);$hF&&$h.v($hF)}
  tax;
  items = $h.r(($hL||$hR())[7]?$h.e($hB+7):0,Array.from([]));
  async total(round) {var $hF=($hL||$hR())[8]?$h.e1($hB+8,round):0;try{
    const sum = this.items.reduce((a, i) =>{var $hF=($hL||$hR())[10]?$h.e2($hB+10,a,i):0;return $h.r($hF,$h.o($hF,$hB+11, a + i.price,i,a))}, 0);;$hF&&$h.s($hF,$hB+9,sum);
    return$h.r($hF, $h.w($hF,await$h.a($hF, Promise.resolve(sum))) * this.tax);
  }catch($hE){throw $h.x($hF,$hE)}}
  get size() {var $hF=($hL||$hR())[12]?$h.e($hB+12):0;
    return$h.r($hF, this.items.length);
  }
}
const cart = new Cart(2);
cart.total().then(log);
log(cart.size, 0 /* A */);
