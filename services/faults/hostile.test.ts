import { brokenStates } from './fault';
import { f23 } from './hostile';

test(`F23: ${f23.title}`, async () => {
  expect(await brokenStates(f23)).toEqual([]);
});
