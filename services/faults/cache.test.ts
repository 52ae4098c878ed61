import { testWithRedis } from '../lib/testing/redis';
import { brokenStates } from './fault';
import { cacheFaults } from './cache';

for (const fault of cacheFaults) {
  testWithRedis(`${fault.id} ${fault.title}`, async () => {
    expect(await brokenStates(fault)).toEqual([]);
  });
}
