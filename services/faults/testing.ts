import { keepTemplate } from '../lib/testing/postgres';
import { brokenStates, type Fault } from './fault';

/** Declares a test for each fault: its states hold at the fast scale. @param declare @default jest's own */
export function testFaults(faults: readonly Fault[], declare: (name: string, body: () => Promise<void>) => void = test): void {
  let release: () => Promise<void>;
  beforeAll(() => {
    release = keepTemplate();
  });
  afterAll(() => release());
  for (const fault of faults) {
    declare(`${fault.id}: ${fault.title}`, async () => {
      expect(await brokenStates(fault)).toEqual([]);
    });
  }
}
