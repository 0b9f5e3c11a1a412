function login(user, password, apiKey) {var $h=globalThis[Symbol.for("hindscope@1")]||(function(i,j){return{m:function(){return{__proto__:null}},b:0,r:i,t:i,a:i,w:i,y:i,n:i,x:i,i:i,d:i,k:i,c:j,u:j,f:j,h:j,o:j,q:j}})(function(f,x){return x},function(f,p,x){return x}),$hL=$h.m("2cecf4bad73d80a3","4444444444"),$hB=$h.b,$hF=$hL[0]?$h.ei($h.e($hL[0],3,user,$h.z,$h.z)):0;
  $hF&&$h.p($hF,$hB+1);let token = user + password;$hF&&$h.s($hF,$hB+2,$h.z);
  $hF&&$h.p($hF,$hB+3);$h.u($hF,$hB+4,token = apiKey,$h.z);
  try { $hF&&$h.p($hF,$hB+5);throw$h.t($hF,$h.o($hF,$hB+6, user,$h.z,$h.z,$h.z,user)); } catch (secret) {$hF&&$h.k($hF,$h.z);$hF&&$h.s($hF,$hB+7,$h.z); $hF&&$h.p($hF,$hB+8);return$h.r($hF,$h.o($hF,$hB+9, token.length,$h.z,$h.z,$h.z,user,$h.z)); }
}
log(login('u', 'p', 'k'))
