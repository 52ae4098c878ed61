import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { nodeVolumeEncrypted as rule } from './node-volume-encrypted';

itIsAResourceRule(rule);

const [template, machine, volume] = [exampleOf('aws:ec2/launchTemplate:LaunchTemplate'), exampleOf('aws:ec2/instance:Instance'), exampleOf('aws:ebs/volume:Volume')];
itTellsResourcesApart(rule, [
  ['a plain second volume', template('{ blockDeviceMappings: [{ ebs: { encrypted: "true" } }, { virtualName: ephemeral0 }] }'), template('{ blockDeviceMappings: [{ ebs: { encrypted: true } }, { ebs: { encrypted: "false" } }] }'), 'blockDeviceMappings[1].ebs.encrypted'],
  ['a plain root', machine('{ rootBlockDevice: { encrypted: true } }'), machine('{ rootBlockDevice: { volumeSize: 8 } }'), 'rootBlockDevice.encrypted'],
  ['a plain volume', volume('{ encrypted: "${config.encrypted}" }'), volume('{}'), 'encrypted'],
]);
