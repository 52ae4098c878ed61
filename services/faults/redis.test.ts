import { testWithRedis } from '../lib/testing/redis';
import { brokenStates } from './fault';
import { redisFaults } from './redis';

for (const fault of redisFaults) {
  testWithRedis(`${fault.id} ${fault.title}`, async () => {
    expect(await brokenStates(fault)).toEqual([]);
  });
}
