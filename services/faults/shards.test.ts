import { brokenStates } from './fault';
import { f13, f21 } from './shards';

it.each([f13, f21])('$id: $title', async (fault) => {
  expect(await brokenStates(fault)).toEqual([]);
});
