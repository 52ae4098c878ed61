import { suggestion } from './suggestion';

it.each([
  ['replica', ', did you mean "replicas"?'],
  ['paht', ', did you mean "path"?'],
  ['PATH', ', did you mean "path"?'],
  ['circuitBreaker', ''],
  ['url', ''],
  ['x'.repeat(100_000), ''],
])('suggests for %.20s%s', (name, text) => {
  expect(suggestion(name, ['replicas', 'path', 'outlierDetection', 'x'.repeat(90)])).toBe(text);
});

it('suggests the nearest of several', () => {
  expect(suggestion('port', ['parts', 'ports'])).toBe(', did you mean "ports"?');
});
