import { formatFieldPath, parseFieldPath, resolvePointer } from './field-path';

it('writes positions in brackets, and keys that are no plain names in quotes', () => {
  expect(formatFieldPath(['spec', 'containers', 0, 'env', 12, 'value'])).toBe('spec.containers[0].env[12].value');
  expect(formatFieldPath(['metadata', 'labels', 'app.kubernetes.io/name'])).toBe('metadata.labels["app.kubernetes.io/name"]');
  expect(formatFieldPath(['kind'])).toBe('kind');
});

it('resolves a pointer, telling positions in lists from keys of maps', () => {
  const object = { ports: { '0': ['a', 'b'] }, 'x/y~z': 1 };
  expect(resolvePointer(object, '/ports/0/1')).toEqual({ segments: ['ports', '0', 1], value: 'b' });
  expect(resolvePointer(object, '/x~1y~0z')).toEqual({ segments: ['x/y~z'], value: 1 });
  expect(resolvePointer(object, '/ports/missing/deeper')).toEqual({ segments: ['ports', 'missing', 'deeper'], value: undefined });
  expect(resolvePointer(object, '')).toEqual({ segments: [], value: object });
});

it.each([
  ['spec', 'containers', 0, 'env', 12, 'value'],
  ['metadata', 'labels', 'app.kubernetes.io/name'],
  ['data', 'a"b]c\\', 3],
  ['kind'],
])('reads back what it writes: %s %s', (...segments) => {
  expect(parseFieldPath(formatFieldPath(segments))).toEqual(segments);
});
