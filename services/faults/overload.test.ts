import { brokenStates } from './fault';
import { f19 } from './overload';

test(`F19: ${f19.title}`, async () => {
  expect(await brokenStates(f19)).toEqual([]);
});
