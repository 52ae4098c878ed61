import { brokenStates } from './fault';
import { lagFaults } from './replicas-lag';
import { replicaFaults } from './replicas';

it.each([...replicaFaults, ...lagFaults].map((fault) => [fault.id, fault.title, fault] as const))('%s: %s', async (_id, _title, fault) => {
  expect(await brokenStates(fault)).toEqual([]);
});
