function login(user, password, apiKey) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i}})(function(f,x){return x}),$hL=$h.m("506ef6a7f39071c7","444"),$hB=$h.b,$hF=$hL[0]?$h.e3($hB+0,user,$h.z,$h.z):0;
  let token = user + password;$hF&&$h.s($hF,$hB+1,$h.z);
  token = apiKey;$hF&&$h.s($hF,$hB+2,$h.z);
  try { throw$h.t($hF, user); } catch (secret) {$hF&&$h.k($hF,$h.z); return$h.r($hF, token.length); }
;$hF&&$h.v($hF)}
log(login('u', 'p', 'k'))
