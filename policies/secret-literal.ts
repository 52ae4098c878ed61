/** A secret found in a text. */
export interface SecretLiteral {
  /** Such as `a private key` or `the value of db.password`. */
  readonly what: string;
  /** Counted from 1; undefined for what is not a text of several lines. */
  readonly line?: number;
}

/** What looks like a secret under any name. Each pattern begins where nothing before it matters, so that a search stays linear. */
const SHAPES: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a private key', /---BEGIN (?:[A-Z]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?---/],
  ['an AWS access key', /(?<![A-Z0-9])(?:AKIA|ASIA)(?!.{0,16}EXAMPLE)[0-9A-Z]{16}(?![A-Z0-9])/],
  ['a GitHub token', /(?<!\w)(?:gh[pousr]_\w{36}|github_pat_\w{22})/],
  ['a GitLab token', /(?<!\w)glpat-[\w-]{20}/],
  ['a Slack token', /(?<!\w)xox[abeprs]-[\w-]{10}/],
  ['a Stripe key', /(?<!\w)[rs]k_live_\w{16}/],
  ['a Google API key', /(?<!\w)AIza[\w-]{35}/],
  ['a SendGrid key', /(?<!\w)SG\.[\w-]{22}\.[\w-]{43}/],
  ['an npm token', /(?<!\w)npm_[A-Za-z0-9]{36}/],
  ['a Docker token', /(?<!\w)dckr_pat_[\w-]{20}/],
  ['an API key', /(?<![\w-])sk-(?:proj-|ant-)?[A-Za-z0-9]{20}/],
  ['a signed token', /(?<![\w-])eyJ[\w-]{10,4000}\.eyJ[\w-]{10,4000}\.[\w-]{10}/],
];

/** A password in an address, `scheme://user:password@host`, or in a list of settings, `host=db;password=...`. */
const PASSWORDS = [/:\/\/[^:@/\s]*:([^@/\s]+)@/g, /(?:^|[?&;\s])(?:password|passwd|pwd)=([^&;\s"']+)/gi];

/** Any of these at once, in any case: most texts have none, and one search tells. */
const ANY_SHAPE = new RegExp([...SHAPES.map(([, pattern]) => pattern), ...PASSWORDS].map(({ source }) => source).join('|'), 'i');

/** In every name that may be one of a secret. */
const SECRET_HINT = /pass|pwd|secret|token|key|credential/i;
const SECRET_WORD = /(?:password|passwd|passphrase|passcode|secret|token|apikey|credentials?)$|^(?:pass|pwd)$/;
/** What makes a key one that must not be known. */
const SECRET_KEYS = new Set(['access', 'account', 'api', 'app', 'auth', 'encryption', 'hmac', 'license', 'master', 'private', 'secret', 'shared', 'signing', 'ssh']);
/** Words that may follow without a change of meaning. */
const QUALIFIER = /^(?:\d+|base(?:64)?|b64|content|current|data|default|hex|new|old|plain|primary|raw|secondary|string|text|value)$/;
/** Clouds whose command lines take a key of any name from variables: `AZURE_BATCH_KEY`, `OCI_CLI_KEY_CONTENT`. */
const CLOUDS = new Set(['azure', 'oci']);
/** Words beside which it is no secret: anyone may have it, or it is the name of a Secret object. */
const NO_SECRET = new Set(['public', 'pull', 'tls']);

const HARMLESS: readonly RegExp[] = [
  /^\W*$/,
  // Filled in later.
  /\$\(|\$\{|\{\{|^\$\w|^%\w+%$|^@\w+@$/,
  // To be replaced.
  /^<.*>$|^\[.*\]$|^x+$|^your[-_ ]|change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|this|with)|(?:^|[-_ ])(?:dummy|example|placeholder|redacted|sample)(?:[-_ ]|$)/i,
  /^(?:todo|tbd|fixme|none|null|nil|undefined|unset|empty|n\/a|true|false|yes|no|on|off|0|1|enabled|disabled|required|optional|always|never)$/i,
  // A file.
  /^(?:[~.]{0,2}\/|[A-Za-z]:\\)[\w./\\@-]*$/,
  // An address, or a reference to a store of secrets.
  /^https?:\/\/[^@\s]*$/i,
  /^(?:arn|awssm|azurekv|env|file|gcpsm|op|ref\+\w+|secretref|sm|ssm|vault):/,
];

/** A number or a length of time: of a token this is no value, of a password it may be. */
const AMOUNT = /^\d{1,7}(?:ms|[smhdw])?$/;

/** `dbPassword`, `DB_PASSWORD` and `db.password` are the words db and password. */
function wordsOf(name: string): readonly string[] {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== '');
  while (words.length > 1 && QUALIFIER.test(words.at(-1) ?? '')) words.pop();
  return words;
}

function namesSecret(words: readonly string[]): boolean {
  const last = words.at(-1) ?? '';
  if (words.some((word) => NO_SECRET.has(word))) return false;
  return SECRET_WORD.test(last) || (last === 'key' && (SECRET_KEYS.has(words.at(-2) ?? '') || CLOUDS.has(words[0] ?? ''))) || /^(?:access|private|secret)key$/.test(last);
}

/** `DATABASE_SECRET=database-secret`: the name of a Secret that bears the name of the variable. */
function namesObject(words: readonly string[], value: string): boolean {
  return words.length > 1 && /^(?:secret|credentials?)$/.test(words.at(-1) ?? '') && value === words.join('-');
}

/** Whether a setting of this name and value gives a secret away. */
function isSecretSetting(name: string, value: string): boolean {
  if (!SECRET_HINT.test(name)) return false;
  const words = wordsOf(name);
  if (!namesSecret(words) || HARMLESS.some((pattern) => pattern.test(value)) || namesObject(words, value)) return false;
  return !AMOUNT.test(value) || /^pass/.test(words.at(-1)?.match(SECRET_WORD)?.[0] ?? '');
}

/** What looks like a secret in `text`, whatever it is called. */
function secretShape(text: string): string | undefined {
  if (!ANY_SHAPE.test(text)) return undefined;
  const shape = SHAPES.find(([, pattern]) => pattern.test(text));
  if (shape) return shape[0];
  const passwords = PASSWORDS.flatMap((pattern) => Array.from(text.matchAll(pattern), (match) => match[1] ?? ''));
  return passwords.some((password) => !HARMLESS.some((pattern) => pattern.test(password))) ? 'a password' : undefined;
}

/** A secret in a setting: by its name and value, or by the shape of its value. */
export function secretIn(name: string, value: string): SecretLiteral | undefined {
  const text = value.trim();
  const what = isSecretSetting(name, text) ? `the value of ${name}` : secretShape(text);
  return what === undefined ? undefined : { what };
}

const COMMENT = /^\s*(?:#|\/\/|;|<!--)/;
const SETTING = /^\s*(?:export\s+|-\s+)?["']?([A-Za-z][\w.-]{0,99})["']?(\s*)(?:[:=]|=>)\s*(.*)$/;

/** A line such as `db.password = "..."` or `token: ...` as name and value; undefined where it is none, or rather code. */
function settingIn(line: string): { readonly name: string; readonly value: string } | undefined {
  const [, name, space, rest] = SETTING.exec(line) ?? [];
  if (name === undefined || rest === undefined) return undefined;
  const value = rest.trim().replace(/[,;]$/, '');
  const quoted = /^(["'])(.*)\1$/.exec(value)?.[2];
  if (quoted !== undefined) return { name, value: quoted };
  const isCode = /[\s()[\]{}<>|]/.test(value) || (space !== '' && /^[A-Za-z_.]*$/.test(value));
  return isCode ? undefined : { name, value };
}

/** The secrets in a text of several lines, such as a configuration file: at most one of each line. */
export function* secretsInText(text: string): Iterable<SecretLiteral> {
  for (const [index, line] of text.split('\n').entries()) {
    if (COMMENT.test(line)) continue;
    const setting = settingIn(line);
    const what = setting && isSecretSetting(setting.name, setting.value) ? `the value of ${setting.name}` : secretShape(line);
    if (what !== undefined) yield { what, line: index + 1 };
  }
}
