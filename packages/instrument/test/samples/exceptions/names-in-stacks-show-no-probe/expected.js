const named = run => {var $h0=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$h0L=$h0.m("5a10503dfbb60f20","4444444444444444444444444444444"),$h0B=$h0.b,$h0F=$h0L[0]?$h0.ei($h0.e($h0L[0],1,run)):0;
  try {
    $h0F&&$h0.p($h0F,$h0B+1);run()
  } catch (error) {$h0F&&$h0.k($h0F,error);$h0F&&$h0.s($h0F,$h0B+2,error);
    $h0F&&$h0.p($h0F,$h0B+3);log($h0.c($h0F,$h0B+4,/\$h/.test(error.stack.replace(/\(.*?\)/g, ''))) ? error.stack : 'no probe')
  }
;$h0F&&$h0.o($h0F,$h0B+5,0,run);$h0F&&$h0.v($h0F)}
class Shop {
  constructor(options) {var $h0=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$h0L=$h0.m("5a10503dfbb60f20","4444444444444444444444444444444"),$h0B=$h0.b,$h0F=$h0L[6]?$h0.e($h0L[6],2,this,options):0;
    $h0F&&$h0.p($h0F,$h0B+7);this.fail = () => {var $h0F=$h0L[16]?$h0.e($h0L[16]):0; $h0F&&$h0.p($h0F,$h0B+17);throw$h0.t($h0F, new Error('an arrow')); };$h0F&&$h0.h($h0F,$h0B+8,0,this,"fail");
    $h0F&&$h0.p($h0F,$h0B+9);this.other = $h0.c($h0F,$h0B+10,options.other) || function () {var $h0F=$h0L[18]?$h0.e($h0L[18]):0; $h0F&&$h0.p($h0F,$h0B+19);throw($h0.t)($h0F, new Error('a function')); }
    $h0F&&$h0.p($h0F,$h0B+11);let last;$h0F&&$h0.s($h0F,$h0B+12,last);
    $h0F&&$h0.p($h0F,$h0B+13);last = this.nested = () => {var $h0F=$h0L[20]?$h0.e($h0L[20]):0; $h0F&&$h0.p($h0F,$h0B+21);throw$h0.t($h0F, new Error('nested')); };$h0F&&$h0.s($h0F,$h0B+14,last);
  ;$h0F&&$h0.o($h0F,$h0B+15,0,last,options);$h0F&&$h0.v($h0F)}
  give() {var $h0=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$h0L=$h0.m("5a10503dfbb60f20","4444444444444444444444444444444"),$h0B=$h0.b,$h0F=$h0L[22]?$h0.e($h0L[22],1,this):0;
    $h0F&&$h0.p($h0F,$h0B+23);return($h0.r)($h0F, this.given = () => {var $h0F=$h0L[24]?$h0.e($h0L[24]):0; $h0F&&$h0.p($h0F,$h0B+25);throw$h0.t($h0F, new Error('given')); });
  }
  define() {var $h0=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$h0L=$h0.m("5a10503dfbb60f20","4444444444444444444444444444444"),$h0B=$h0.b,$h0F=$h0L[26]?$h0.e($h0L[26]):0;
    $h0F&&$h0.p($h0F,$h0B+27);return($h0.r)($h0F, Object.defineProperty(function () {var $h0F=$h0L[28]?$h0.e($h0L[28]):0; $h0F&&$h0.p($h0F,$h0B+29);throw$h0.t($h0F, new Error('defined')); }, 'x', { value: () =>{var $h0F=$h0L[30]?$h0.e($h0L[30]):0,$h0V;return($h0V= 1,$h0F)?$h0.r($h0F,$h0V):$h0V} }));
  }
}
const shop = new Shop({})
named(shop.fail)
named(shop.other)
named(shop.nested)
named(shop.give())
named(shop.define())
