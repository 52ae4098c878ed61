import { exampleOf } from '../resource-examples';
import { itIsAResourceRule, itTellsResourcesApart } from '../resource-testing';
import { nodeNoSsh as rule } from './node-no-ssh';

itIsAResourceRule(rule);

const example = exampleOf('aws:eks/nodeGroup:NodeGroup');
const path = 'remoteAccess.sourceSecurityGroupIds';
itTellsResourcesApart(rule, [
  ['a key without a source', example('{ remoteAccess: { ec2SshKey: admin, sourceSecurityGroupIds: [sg-1] } }'), example('{ remoteAccess: { ec2SshKey: admin, sourceSecurityGroupIds: [] } }'), path],
  ['a key, not a group without one', example('{}'), example('{ remoteAccess: { ec2SshKey: "${admin.keyName}" } }'), path],
]);
