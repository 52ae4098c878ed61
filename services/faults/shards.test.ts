import { brokenStates } from './fault';
import { shardFaults } from './shards';

it.each(shardFaults.map((fault) => [fault.id, fault.title, fault] as const))('%s: %s', async (_id, _title, fault) => {
  expect(await brokenStates(fault)).toEqual([]);
});
