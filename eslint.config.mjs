import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const services = ['blockchain', 'web4', 'web5'];

/** Who may not import whom: the table in README.md, "Where things are". Tested by lab/import-rules.test.ts. */
const zones = [
  { target: './platform', from: ['./charts', './infra', './policies', './services', './lab'] },
  { target: './charts', from: ['./infra', './services', './lab'] },
  // Where charts meet policies: the entry, and what it shares with `npm start`.
  { target: './charts/!(main|synthesize|synthesize.test).ts', from: './policies' },
  { target: './charts/constructs', from: './policies' },
  { target: './infra', from: ['./services', './lab'] },
  // The composition root alone may meet policies.
  { target: './infra/!(index).ts', from: './policies' },
  { target: './policies', from: ['./platform', './charts', './infra', './services', './lab'] },
  { target: './services', from: ['./platform', './charts', './infra', './policies', './lab'] },
  ...['lib', 'faults', ...services].map((name) => ({ target: `./services/${name}`, from: ['faults', ...services].filter((other) => other !== name).map((other) => `./services/${other}`) })),
];

export default tseslint.config(
  { ignores: ['dist/', 'dist-services/', 'node_modules/', 'coverage/'] },
  ...tseslint.configs.strict,
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.json'] })], 'import-x/extensions': ['.ts'], 'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] } },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': 'error',
      // The policy pack's package.json lists none: Pulumi finds them in the folder above.
      'import-x/no-extraneous-dependencies': ['error', { packageDir: import.meta.dirname }],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.test.ts', 'lab/bench/**'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['services/**'],
    ignores: ['**/*.test.ts', 'services/faults/**', 'services/lib/testing/**'],
    rules: {
      'no-restricted-syntax': ['error', { selector: "CallExpression[callee.property.name='keys'][arguments.length>0]:not([callee.object.name='Object'])", message: 'KEYS looks at every key that Redis has, and nobody is answered meanwhile: use tags.' }],
    },
  },
  {
    files: ['jest.config.js'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
    languageOptions: { globals: { module: 'writable' } },
  },
);
