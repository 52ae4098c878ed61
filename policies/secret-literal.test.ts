import { secretIn, secretsInText } from './secret-literal';

const isSecret = (name: string, value: string): boolean => secretIn(name, value) !== undefined;

describe('a setting is a secret by its name', () => {
  it.each([
    'PASSWORD', 'DB_PASSWORD', 'PGPASSWORD', 'MYSQL_ROOT_PASSWORD', 'dbPassword', 'spring.datasource.password', 'redis-pass', 'SMTP_PWD', 'SSH_PASSPHRASE', 'PASSWORD_2',
    'API_TOKEN', 'authToken', 'JWT_SECRET', 'CLIENT_SECRET', 'clientsecret', 'SECRET_KEY_BASE', 'API_KEY', 'APIKEY', 'apiKey', 'AWS_SECRET_ACCESS_KEY', 'ENCRYPTION_KEY', 'PRIVATE_KEY', 'DB_CREDENTIALS',
    'ACCOUNT_KEY', 'APP_KEY', 'AUTH_KEY', 'HMAC_KEY', 'LICENSE_KEY', 'MASTER_KEY', 'SHARED_KEY', 'SIGNING_KEY', 'SSH_KEY', 'AZURE_BATCH_KEY', 'OCI_CLI_KEY_CONTENT', 'PRIVATE_KEY_CONTENT',
  ])('%s', (name) => {
    expect(isSecret(name, 'hunter2-S3cret')).toBe(true);
  });

  it.each([
    'PASSWORD_FILE', 'PASSWORD_LENGTH', 'TOKEN_TTL', 'TOKEN_URL', 'TOKEN_ISSUER', 'SECRET_NAME', 'secretName', 'MAX_TOKENS', 'TOKENS_PER_SECOND', 'TOKENIZER', 'ACCESS_KEY_ID', 'PUBLIC_KEY', 'PARTITION_KEY', 'KEY',
    'KEYCLOAK_REALM', 'PASSIVE', 'COMPASS', 'BYPASS', 'TLS_SECRET', 'IMAGE_PULL_SECRET', 'PASSWORD_POLICY', 'USER', 'MODE', 'SECRETARY', 'CACHE_KEY', 'PUBLIC_TOKEN', 'PWD_DIR', 'BATCH_KEY', 'AZURE_KEY_NAME', 'AZURE_PUBLIC_KEY', 'OCI_CLI_KEY_FILE', 'CONTENT',
  ])('%s is none', (name) => {
    expect(isSecret(name, 'hunter2-S3cret')).toBe(false);
  });
});

describe('the value of PASSWORD, TOKEN or API_KEY', () => {
  it.each([
    '', ' ', '$(DB_PASSWORD)', 'prefix-$(DB_PASSWORD)', '${PASSWORD}', '$PASSWORD', '{{ .Values.password }}', '<password>', '<your password>', '[password]', 'xxxx', '****', '...', 'changeme', 'CHANGE_ME', 'please-change-me',
    'replace-me', 'REPLACE_WITH_TOKEN', 'your-token-here', 'example', 'example-token', 'placeholder', 'dummy', 'TODO', 'none', 'null', 'true', 'false', 'no', '0', '/run/secrets/password', './password', '~/.pgpass', 'C:\\secrets\\password',
    'https://auth.example.com/token', 'arn:aws:secretsmanager:eu-west-1:1:secret:db', 'vault:secret/data/db#password', 'op://vault/item/field', 'ref+vault://db#password', 'file:/run/password',
  ])('is no secret where it is "%s"', (value) => {
    for (const name of ['PASSWORD', 'TOKEN', 'API_KEY']) expect(isSecret(name, value)).toBe(false);
  });

  it.each(['hunter2', 'password', 'secret', 'p@ss w0rd', 'dGhpcyBpcyBzZWNyZXQ=', '/base64+with/slashes==', 'examplary', 'mysecretpassword', 'on-and-on', '12345678'])('is a secret where it is "%s"', (value) => {
    for (const name of ['PASSWORD', 'TOKEN', 'API_KEY']) expect(isSecret(name, value)).toBe(true);
  });

  it('is a number or a time for a token, and may be the password itself', () => {
    for (const value of ['3600', '15m', '500ms']) {
      expect(isSecret('TOKEN', value)).toBe(false);
      expect(isSecret('PASSWORD', value)).toBe(true);
    }
  });

  it('may name the Secret object that is meant', () => {
    expect(isSecret('DATABASE_SECRET', 'database-secret')).toBe(false);
    expect(isSecret('DATABASE_SECRET', 'data-secret')).toBe(true);
    expect(isSecret('SECRET', 'secret')).toBe(true);
  });

  it('is judged with spaces trimmed', () => {
    expect(isSecret('PASSWORD', '  \n')).toBe(false);
    expect(isSecret('PASSWORD', ' $HOME\n')).toBe(false);
  });
});

describe('a value is a secret by its shape, whatever its name', () => {
  // Put together here, so that no scanner of repositories takes them for real.
  const letters = 'Ab1'.repeat(20);
  it.each([
    ['a private key', `-----BEGIN RSA PRIVATE ${'KEY'}-----\nabc`, `-----BEGIN PUBLIC KEY-----\nabc`],
    ['a private key', `-----BEGIN ${'PRIVATE'} KEY-----\nabc`, `-----BEGIN CERTIFICATE-----\nabc`],
    ['an AWS access key', `AKIA${'ABCD1234'.repeat(2)}`, 'AKIAIOSFODNN7EXAMPLE'],
    ['a GitHub token', `ghp_${letters.slice(0, 36)}`, `ghp_${letters.slice(0, 20)}`],
    ['a GitLab token', `glpat-${letters.slice(0, 20)}`, 'glpat-short'],
    ['a Slack token', `xoxb-${letters.slice(0, 12)}`, 'xoxb-short'],
    ['a Stripe key', `sk_live_${letters.slice(0, 24)}`, `sk_test_${letters.slice(0, 24)}`],
    ['a Google API key', `AIza${letters.slice(0, 35)}`, `AIza${letters.slice(0, 20)}`],
    ['a SendGrid key', `SG.${letters.slice(0, 22)}.${letters.slice(0, 43)}`, `SG.${letters.slice(0, 22)}`],
    ['an npm token', `npm_${letters.slice(0, 36)}`, 'npm_config_loglevel'],
    ['a Docker token', `dckr_pat_${letters.slice(0, 24)}`, 'dckr_pat_short'],
    ['an API key', `sk-proj-${letters.slice(0, 30)}`, 'sk-learn'],
    ['a signed token', `eyJ${letters}.eyJ${letters}.${letters}`, `eyJ${letters}.${letters}`],
    ['a password', 'postgres://web:hunter2@db/shop', 'postgres://web@db/shop'],
    ['a password', 'redis://:hunter2@cache:6379', 'redis://:$(REDIS_PASSWORD)@cache:6379'],
    ['a password', 'amqp://web:hunter2@queue,amqp://web:hunter2@other', 'amqp://web:${PASSWORD}@queue,amqp://web:<password>@other'],
    ['a password', 'amqp://web:${PASSWORD}@queue,amqp://web:hunter2@other', 'amqp://web@queue'],
    ['a password', 'host=db user=web password=hunter2', 'host=db user=web sslmode=verify-full'],
    ['a password', 'jdbc:postgresql://db/shop?user=web&password=hunter2', 'jdbc:postgresql://db/shop?user=web&passwordless=no'],
    ['a password', 'Server=db;Password=hunter2;', 'Server=db;Password=$(PASSWORD);'],
  ])('%s', (what, secret, other) => {
    expect(secretIn('DATA', secret)).toEqual({ what });
    expect(secretIn('DATA', other)).toBeUndefined();
  });

  it('but not a host with a port', () => {
    expect(secretIn('URL', 'http://cache:6379/path:a@b')).toBeUndefined();
  });
});

describe('the secrets in a text', () => {
  const found = (text: string): string[] => Array.from(secretsInText(text), ({ what, line }) => `${line}: ${what}`);

  it('are found by the names in configuration files, with their lines', () => {
    expect(found('db.user=web\ndb.password=hunter2')).toEqual(['2: the value of db.password']);
    expect(found('db:\n  user: web\n  password: "hunter2"\n  token: \'abc-1\'')).toEqual(['3: the value of password', '4: the value of token']);
    expect(found('{\n  "apiKey": "abc-1",\n  "port": 1\n}')).toEqual(['2: the value of apiKey']);
    expect(found('[db]\npassword = hunter2')).toEqual(['2: the value of password']);
    expect(found('export DB_PASSWORD=hunter2')).toEqual(['1: the value of DB_PASSWORD']);
  });

  it('are found by their shape', () => {
    expect(found(`a\nb\n-----BEGIN ${'PRIVATE'} KEY-----\nc`)).toEqual(['3: a private key']);
    expect(found('upstream: postgres://web:hunter2@db')).toEqual(['1: a password']);
  });

  it.each([
    ['comments', '# password=hunter2\n// postgres://a:b@c\n  ; token: abc-1'],
    ['references', 'password=${DB_PASSWORD}\ntoken: $TOKEN\npassword_file: /run/x\nsecret: {{ secret }}'],
    ['nested settings', 'secret:\n  name: web\npassword: |\n  <password>'],
    ['code', 'token = request.token\npassword = read(path)\nconst token = value\nif (token == other) {\nself.token = token'],
    ['directives of nginx', 'map $http_x_api_key $user_type {\nproxy_set_header X-Api-Key "";\nproxy_pass http://web;'],
  ])('are none of %s', (_, text) => {
    expect(found(text)).toEqual([]);
  });

  it('are searched in time linear in the text, however it is made', () => {
    const nasty = ['eyJ-'.repeat(500_000), '://a'.repeat(500_000), 'a'.repeat(2_000_000), ' '.repeat(2_000_000), 'password'.repeat(250_000), `-----BEGIN ${'A '.repeat(1_000_000)}`, 'AKIA'.repeat(500_000)];
    for (const text of nasty) {
      expect(found(text)).toEqual([]);
      expect(secretIn('PASSWORD_FILE', text)).toBeUndefined();
    }
  });
});
