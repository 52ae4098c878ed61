import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutputError, replaceFolder } from './output-folder';

let parent: string;
beforeEach(() => { parent = mkdtempSync(join(tmpdir(), 'output-')); });
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const file = (name: string, text: string) => ({ name, text, objects: 1 });

test('replaces a folder whole: what was there before is gone', () => {
  const folder = join(parent, 'dist');
  replaceFolder(folder, [file('old.yaml', 'old')]);
  writeFileSync(join(folder, 'stray'), '');
  replaceFolder(folder, [file('new.yaml', 'new')]);
  expect(readdirSync(folder)).toEqual(['new.yaml']);
  expect(readdirSync(parent)).toEqual(['dist']);
});

test('a write that fails half way leaves the old folder, and nothing beside it', () => {
  const folder = join(parent, 'dist');
  replaceFolder(folder, [file('old.yaml', 'old')]);
  expect(() => replaceFolder(folder, [file('new.yaml', 'new'), file('no/such/folder.yaml', 'new')])).toThrow(OutputError);
  expect(readFileSync(join(folder, 'old.yaml'), 'utf8')).toBe('old');
  expect(readdirSync(parent)).toEqual(['dist']);
});
