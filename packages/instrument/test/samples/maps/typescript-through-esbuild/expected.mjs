/*hindscope*/import{h as $h}from"@hindscope/runtime/hook";var $hL,$hB;function $hR(){$hL=$h.m("7e037d9a3651a90d","44444444444444444");$hB=$h.b;return $hL}var $hF=($hL===void 0?$hR():$hL)[0]?$h.ei($h.e($hL[0])):0;var Kind = /* @__PURE__ */ ((Kind2) => {
  Kind2[Kind2["A"] = 0] = "A";
  Kind2[Kind2["B"] = 1] = "B";
  return Kind2;
})(Kind || {});
export class Cart {
  constructor(tax) {var $hF=($hL===void 0?$hR():$hL)[5]?$h.e($hL[5],2,this,tax):0;
    this.tax = tax;
  ;$hF&&$h.o($hF,$hB+6,0,tax);$hF&&$h.v($hF)}
  tax;
  items = ($h.r)(($hL===void 0?$hR():$hL)[7]?$h.e($hL[7]):0,Array.from([]));
  async total(round) {var $hF=($hL===void 0?$hR():$hL)[8]?$h.ei($h.e($hL[8],2,this,round)):0;try{
    $hF&&$h.p($hF,$hB+9);const sum = this.items.reduce((a, i) =>{var $hF=($hL===void 0?$hR():$hL)[13]?$h.e($hL[13],2,a,i):0;return $h.r($hF,$h.o($hF,$hB+14, a + i.price,i,a))}, 0);;$hF&&$h.s($hF,$hB+10,sum);
    $hF&&$h.p($hF,$hB+11);return$h.r($hF,$h.o($hF,$hB+12, $h.w($hF,await$h.a($hF, Promise.resolve(sum))) * this.tax,sum,round));
  }catch($hE){throw $h.x($hF,$hE)}}
  get size() {var $hF=($hL===void 0?$hR():$hL)[15]?$h.e($hL[15],1,this):0,$hV;
    $hF&&$h.p($hF,$hB+16);return($hV= this.items.length,$hF)?$h.r($hF,$hV):$hV;
  }
}
$hF&&$h.p($hF,$hB+1);const cart = new Cart(2);;$hF&&$h.s($hF,$hB+2,cart);
$hF&&$h.p($hF,$hB+3);cart.total().then(log);
$hF&&$h.p($hF,$hB+4);log(cart.size, 0 /* A */);;$hF&&$h.v($hF);
