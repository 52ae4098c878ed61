import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const REPOSITORY = 'aws:ecr/repository:Repository';
const example = exampleOf(REPOSITORY);

/** Known holes in images are found before they run. */
export const imageScanning: ResourceRule = {
  id: 'image-scanning',
  title: 'Images are scanned when they are pushed',
  why: 'A hole that is known to everybody else is not known here.',
  good: example('{ imageScanningConfiguration: { scanOnPush: true } }'),
  bad: example('{ imageScanningConfiguration: { scanOnPush: false } }'),
  remedy: 'Set imageScanningConfiguration.scanOnPush to true.',
  *check(plan) {
    for (const resource of plan.ofType(REPOSITORY)) {
      yield* expectInput(resource, ['imageScanningConfiguration', 'scanOnPush'], isTrue, 'must be true');
    }
  },
};
