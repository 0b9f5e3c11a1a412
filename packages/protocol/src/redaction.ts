/** Which names carry secrets. Applied at capture, in the recorder (property names) and at build (parameters and bindings). */

/** `api_key`, `apiKey` and `API-KEY` are one key. */
export const redactionKey = (name: string): string => name.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase()

/** Names that trusted tools mask by default, as redactionKey writes them. */
export const DEFAULT_REDACTED_NAMES: readonly string[] = [
  'accesskey',
  'accesstoken',
  'apikey',
  'apisecret',
  'apitoken',
  'auth',
  'authorization',
  'authtoken',
  'bearertoken',
  'cardnumber',
  'ccnumber',
  'clientsecret',
  'connectionstring',
  'cookie',
  'credential',
  'credentials',
  'creditcard',
  'csrf',
  'csrftoken',
  'cvc',
  'cvv',
  'encryptionkey',
  'idtoken',
  'jwt',
  'mysqlpwd',
  'oauthtoken',
  'passcode',
  'passphrase',
  'passwd',
  'password',
  'passwordhash',
  'pgpassword',
  'pin',
  'privatekey',
  'proxyauthorization',
  'pwd',
  'refreshtoken',
  'secret',
  'secretkey',
  'secrettoken',
  'securitycode',
  'sessionid',
  'sessiontoken',
  'setcookie',
  'signingkey',
  'ssn',
  'token',
  'xapikey',
  'xauthtoken',
  'xcsrftoken',
  'xsrftoken',
]

/** A membership test over redactionKey, with results cached per spelling because the recorder asks for every property name. */
export function createRedactor(extra: readonly string[] = []): (name: string) => boolean {
  const masked = new Set([...DEFAULT_REDACTED_NAMES, ...extra.map(redactionKey)])
  const cache = new Map<string, boolean>()
  return name => {
    const known = cache.get(name)
    if (known !== undefined) return known
    const result = name.length <= 64 && masked.has(redactionKey(name))
    if (cache.size < 4096) cache.set(name, result)
    return result
  }
}
