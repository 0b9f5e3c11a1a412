/**
 * What is taken for a secret. Names are applied at capture (property names, names in texts) and at build (parameters and bindings);
 * token forms at capture only. Everything here is data, so that the recorder in a page carries one compact table.
 */

/** `api_key`, `apiKey` and `API-KEY` are one key. */
export const redactionKey = (name: string): string => name.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase()

/**
 * Names that trusted tools mask by default (Datadog's redacted identifiers, Sentry's deny list, OpenTelemetry's query parameters), as
 * redactionKey writes them. Left out are those that name harmless things as often: address, cipher, config, env, nonce, salt, session, signature.
 */
export const DEFAULT_REDACTED_NAMES: readonly string[] = (
  '2fa accesskey accesstoken accountkey aiohttpsession apikey apisecret apisignature apitoken appkey applicationkey auth authorization authtoken ' +
  'awsaccesskeyid bearertoken cardnumber ccnumber certificatepin clientsecret connectionstring connectsid cookie credential credentials creditcard ' +
  'creditcardnumber csrf csrfmiddlewaretoken csrftoken cvc cvv databaseurl dburl encryptionkey encryptionkeyid githubtoken gpgkey idtoken ' +
  'jsessionid jwt licensekey masterkey mfa mysqlpwd nextauthsessiontoken npmtoken oauth oauthtoken onetimecode otp passcode passhash passphrase ' +
  'passwd password passwordb passwordhash pemfile pgpassword pgpkey phpsessid pin pincode pkcs8 privatekey proxyauthorization pwd recaptchakey ' +
  'refreshtoken routingnumber secret secretkey secrettoken securityanswer securitycode securityquestion serviceaccountcredentials sessionid ' +
  'sessionkey sessiontoken setcookie sharedaccesskey signaturekey signingkey slacktoken sshkey ssn stripetoken symfony token totp twiliotoken ' +
  'usersession voterid webhooksecret xamzcredential xamzsecuritytoken xamzsignature xapikey xauthtoken xcsrftoken xgoogsignature xsrf xsrftoken ' +
  'xvaulttoken'
).split(' ')

/** A name that ends so is masked whatever stands before: `newPassword`, `STRIPE_API_KEY`, `x-acme-secret`. */
export const REDACTED_NAME_ENDS: readonly string[] =
  'password passwd passphrase secret credentials apikey accesskey secretkey privatekey signingkey encryptionkey accesstoken authtoken apitoken refreshtoken sessiontoken connectionstring'.split(
    ' ',
  )

/** Query parameters that are secrets in addresses only: elsewhere a `signature` belongs to a function. */
export const REDACTED_QUERY_NAMES: readonly string[] = ['sig', 'signature']

/** A membership test over redactionKey, with results cached per spelling because the recorder asks for every property name. */
export function createRedactor(extra: readonly string[] = []): (name: string) => boolean {
  const masked = new Set([...DEFAULT_REDACTED_NAMES, ...extra.map(redactionKey)])
  const cache = new Map<string, boolean>()
  return name => {
    const known = cache.get(name)
    if (known !== undefined) return known
    const key = redactionKey(name)
    const result = name.length <= MAX_REDACTED_NAME && (masked.has(key) || REDACTED_NAME_ENDS.some(end => key.endsWith(end)))
    if (cache.size < 4096) cache.set(name, result)
    return result
  }
}

/** Longer texts are no names. */
export const MAX_REDACTED_NAME = 64

/**
 * Forms of tokens, one a line: rule, characters of the body (a key of TOKEN_CHARACTERS), least and most of them, marks, prefixes. Marks: `s` only at the
 * start of a word, `m` digits or capitals among the body (or it is long), `k` the prefix stays readable and its `_` is a blank.
 */
export const TOKEN_FORMS: string = `github w 36 - - ghp_ gho_ ghu_ ghs_ ghr_
github w 50 - - github_pat_
gitlab d 20 - - glpat- gldt- glrt- glft- glptt- glcbt- glsoat- glagent-
slack d 10 - - xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xapp- xoxe.xoxp- xoxe.xoxb-
slack p 24 - - hooks.slack.com/services/
stripe a 16 - - sk_live_ sk_test_ rk_live_ rk_test_ whsec_
aws u 16 16 s AKIA ASIA ABIA ACCA
openai d 20 - sm sk-
google d 35 35 s AIza
google j 20 - s ya29.
google d 24 - - GOCSPX-
npm a 36 - - npm_
pypi d 50 - - pypi-AgE
sendgrid j 60 - s SG.
twilio h 32 32 s SK
mailgun h 32 32 s key-
digitalocean h 64 - - dop_v1_ doo_v1_ dor_v1_
shopify h 32 - - shpat_ shpca_ shppa_ shpss_
huggingface a 30 - s hf_
databricks h 32 - s dapi
vault j 24 - s hvs. hvb.
doppler j 36 - s dp.pt. dp.st.
linear a 32 - - lin_api_
notion a 40 - s secret_ ntn_
newrelic d 27 - s NRAK-
square d 22 - - sq0atp- sq0csp-
sentry t 32 - - sntrys_ sntryu_
grafana w 32 - - glsa_ glc_
supabase h 40 - - sbp_
groq a 40 - s gsk_
age u 50 - - AGE-SECRET-KEY-1
bearer t 8 - smk Bearer_ bearer_ BEARER_
basic t 8 - smk Basic_ basic_`

/** Ranges of characters, `-` last for itself. */
export const TOKEN_CHARACTERS: Readonly<Record<string, string>> = {
  a: 'A-Za-z0-9',
  w: 'A-Za-z0-9_',
  d: '-A-Za-z0-9_',
  u: 'A-Z0-9',
  h: 'a-f0-9',
  p: 'A-Za-z0-9/',
  j: '-A-Za-z0-9._',
  t: '-A-Za-z0-9._~+/=%',
}

/** Rules that can be switched off (`redactOff`); masks carry their names. */
export const redactionRules = (): string[] => [
  ...new Set(['named', 'url', 'email', 'card', 'jwt', 'pem', ...TOKEN_FORMS.split('\n').map(line => line.slice(0, line.indexOf(' ')))]),
]

/** Where secrets enter (`taint`): values from there are masked wherever they appear again. */
export const TAINT_SOURCES = ['env', 'argv', 'headers', 'cookies', 'query', 'passwords'] as const
export type TaintSource = (typeof TAINT_SOURCES)[number]

export interface TokenForm {
  readonly rule: string
  readonly prefix: string
  /** Ranges as in TOKEN_CHARACTERS. */
  readonly characters: string
  readonly least: number
  readonly most: number
  readonly marks: string
}

/** What a user writes for a token of their own: `acme_[A-Za-z0-9]{24}`, `{24,}` or `{24,40}`. Undefined when it is not of this form. */
export function parseTokenForm(text: string): TokenForm | undefined {
  const match = /^([!-Z\\^-~]{2,40})\[([^\]\s]{1,40})\]\{(\d{1,4})(,(\d{0,5}))?\}$/.exec(text)
  const [, prefix = '', characters = '', least = '', comma, most = ''] = match ?? []
  const [min, max] = [Number(least), comma === undefined ? Number(least) : most === '' ? 0 : Number(most)]
  if (match === null || min < 1 || (max !== 0 && max < min)) return undefined
  return { rule: `pattern ${prefix}`, prefix, characters, least: min, most: max, marks: '-' }
}

/** The forms of the built-in table whose rules are not off. */
export function builtinTokenForms(off: readonly string[]): TokenForm[] {
  const forms: TokenForm[] = []
  for (const line of TOKEN_FORMS.split('\n')) {
    const [rule = '', kind = '', least = '', most = '', marks = '', ...prefixes] = line.split(' ')
    if (off.includes(rule)) continue
    const rest = { rule, characters: TOKEN_CHARACTERS[kind] ?? '', least: Number(least), most: Number(most) || 0, marks }
    for (const prefix of prefixes) forms.push({ ...rest, prefix: marks.includes('k') ? prefix.replace('_', ' ') : prefix })
  }
  return forms
}

const MASK = '▒'
/** What stands in a text where a secret stood. */
export const maskOf = (rule: string): string => `${MASK}${rule}${MASK}`
