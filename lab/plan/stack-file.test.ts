import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStackConfig, StackFileError } from './stack-file';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'stack-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = (text: string): Readonly<Record<string, string>> => {
  writeFileSync(join(folder, 'Pulumi.test.yaml'), text);
  return readStackConfig(folder, 'test');
};

test('values are text, as Pulumi gives them; what is encrypted stays so', () => {
  expect(config('config:\n  p:a: "012"\n  p:b: 3\n  p:c: true\n  p:d:\n    secure: AAAB\nencryptionsalt: v1\n')).toEqual({ 'p:a': '012', 'p:b': '3', 'p:c': 'true', 'p:d': 'AAAB' });
});

test('a stack without configuration has none', () => {
  expect(config('{}')).toEqual({});
});

test.each([['no YAML', 'config: [', /^Pulumi.test.yaml: received /], ['a list', 'config: [1]', /^Pulumi.test.yaml: received .* allowed is a YAML document with config/], ['an empty file', '', /^Pulumi.test.yaml: received/]])('%s is refused', (_what, text, words) => {
  expect(() => config(text)).toThrow(StackFileError);
  expect(() => config(text)).toThrow(words);
});

test('a missing file is refused', () => {
  expect(() => readStackConfig(folder, 'none')).toThrow('Pulumi.none.yaml: received nothing, allowed is a YAML document');
});
