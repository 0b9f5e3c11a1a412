var Kind = /* @__PURE__ */ ((Kind2) => {
  Kind2[Kind2["A"] = 0] = "A";
  Kind2[Kind2["B"] = 1] = "B";
  return Kind2;
})(Kind || {});
export class Cart {
  constructor(tax) {
    this.tax = tax;
  }
  tax;
  items = Array.from([]);
  async total(round) {
    const sum = this.items.reduce((a, i) => a + i.price, 0);
    return await Promise.resolve(sum) * this.tax;
  }
  get size() {
    return this.items.length;
  }
}
const cart = new Cart(2);
cart.total().then(log);
log(cart.size, 0 /* A */);
