import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const DATABASE = 'aws:rds/instance:Instance';
const example = exampleOf(DATABASE);

/** A primary survives the loss of its zone. */
export const databaseMultiAz: ResourceRule = {
  id: 'database-multi-az',
  title: 'A primary has a standby in another zone',
  why: 'Without a standby the loss of a zone, and every change of the instance class, stops writes until the instance is back.',
  good: example('{ multiAz: true }'),
  bad: example('{ multiAz: false }'),
  remedy: 'Set multiAz to true.',
  *check(plan) {
    for (const resource of plan.ofType(DATABASE)) {
      if ('replicateSourceDb' in resource.inputs) continue;
      yield* expectInput(resource, ['multiAz'], isTrue, 'must be true: there is no standby to fail over to');
    }
  },
};
