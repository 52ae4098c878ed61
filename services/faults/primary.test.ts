import { brokenStates } from './fault';
import { primaryFaults } from './primary';
import { poolFaults } from './primary-pool';

it.each([...primaryFaults, ...poolFaults].map((fault) => [fault.id, fault.title, fault] as const))('%s: %s', async (_id, _title, fault) => {
  expect(await brokenStates(fault)).toEqual([]);
});
