import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Who may import whom: the table in README.md, "Where things are". */
const zones = [
  { target: './platform', from: ['./charts', './infra', './policies', './services', './lab'] },
  { target: './charts/!(main|synthesize|synthesize.test).ts', from: ['./infra', './policies', './services', './lab'] },
  { target: './charts/constructs', from: ['./infra', './policies', './services', './lab'] },
  { target: './charts', from: ['./infra', './services', './lab'] },
  { target: './policies', from: ['./charts', './infra', './services', './lab'] },
  { target: './services/lib', from: ['./platform', './charts', './infra', './policies', './lab', './services/!(lib)'] },
  ...['blockchain', 'web4', 'web5'].map((name) => ({
    target: `./services/${name}`,
    from: ['./platform', './charts', './infra', './policies', './lab', `./services/!(lib|${name})`],
  })),
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.rechain/', 'coverage/'] },
  ...tseslint.configs.strict,
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.json'] })], 'import-x/extensions': ['.ts'], 'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] } },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': 'error',
      'import-x/no-extraneous-dependencies': 'error',
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
    files: ['jest.config.js'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
    languageOptions: { globals: { module: 'writable' } },
  },
);
