import { listOf, valueAt } from '../narrow';
import { expectInput, isTrue } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const example = exampleOf('aws:ec2/launchTemplate:LaunchTemplate');
const MESSAGE = 'must be true';

/** The disks of machines are encrypted. */
export const nodeVolumeEncrypted: ResourceRule = {
  id: 'node-volume-encrypted',
  title: 'The volumes of machines are encrypted',
  why: 'A volume holds what pods wrote and what was swapped; a snapshot of it can be read by whoever has it.',
  good: example('{ blockDeviceMappings: [{ deviceName: /dev/xvda, ebs: { encrypted: true } }] }'),
  bad: example('{ blockDeviceMappings: [{ deviceName: /dev/xvda, ebs: { volumeSize: 50 } }] }'),
  remedy: 'Set encrypted to true.',
  *check(plan) {
    for (const resource of plan.ofType('aws:ec2/launchTemplate:LaunchTemplate')) {
      for (const [index, mapping] of listOf(resource.inputs['blockDeviceMappings']).entries()) {
        if (valueAt(mapping, 'ebs') !== undefined) yield* expectInput(resource, ['blockDeviceMappings', index, 'ebs', 'encrypted'], isTrue, MESSAGE);
      }
    }
    for (const resource of plan.ofType('aws:ec2/instance:Instance')) {
      if (resource.inputs['rootBlockDevice'] !== undefined) yield* expectInput(resource, ['rootBlockDevice', 'encrypted'], isTrue, MESSAGE);
    }
    for (const resource of plan.ofType('aws:ebs/volume:Volume')) yield* expectInput(resource, ['encrypted'], isTrue, MESSAGE);
  },
};
