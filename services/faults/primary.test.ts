import { brokenStates } from './fault';
import { primaryFaults } from './primary';

it.each(primaryFaults.map((fault) => [fault.id, fault.title, fault] as const))('%s: %s', async (_id, _title, fault) => {
  expect(await brokenStates(fault)).toEqual([]);
});
