/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/platform', '<rootDir>/charts', '<rootDir>/infra', '<rootDir>/policies', '<rootDir>/services', '<rootDir>/lab'],
  testMatch: ['**/*.test.ts'],
  // Every core: most of the time goes to servers that start, and to waiting for them.
  maxWorkers: '100%',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }] },
  // Real servers start in these tests; a slow machine must not fail them.
  testTimeout: 60_000,
};
