import { testWithNginx } from '../lib/testing/nginx';
import { brokenStates } from './fault';
import { f1, f2, f3, f4 } from './pod';

testWithNginx(`F1: ${f1.title}`, async () => {
  expect(await brokenStates(f1)).toEqual([]);
});

test(`F2: ${f2.title}`, async () => {
  expect(await brokenStates(f2)).toEqual([]);
});

testWithNginx(`F3: ${f3.title}`, async () => {
  expect(await brokenStates(f3)).toEqual([]);
});

testWithNginx(`F4: ${f4.title}`, async () => {
  expect(await brokenStates(f4)).toEqual([]);
});
