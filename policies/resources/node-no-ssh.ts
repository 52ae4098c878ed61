import { listOf, valueAt } from '../narrow';
import { isDecidedLater } from '../planned-resource';
import { exampleOf } from '../resource-examples';
import type { ResourceRule } from '../resource-rule';

const NODE_GROUP = 'aws:eks/nodeGroup:NodeGroup';
const example = exampleOf(NODE_GROUP);

/** Nobody logs in to nodes from anywhere. */
export const nodeNoSsh: ResourceRule = {
  id: 'node-no-ssh',
  title: 'The nodes of a cluster take no SSH from everywhere',
  why: 'With a key and no source EKS opens port 22 of every node of the group to 0.0.0.0/0, in a security group that no plan shows.',
  good: example('{ remoteAccess: { ec2SshKey: admin, sourceSecurityGroupIds: ["${bastion.id}"] } }'),
  bad: example('{ remoteAccess: { ec2SshKey: admin } }'),
  remedy: 'Leave remoteAccess out and use Session Manager, or name sourceSecurityGroupIds.',
  *check(plan) {
    for (const resource of plan.ofType(NODE_GROUP)) {
      const access = resource.inputs['remoteAccess'];
      const sources = valueAt(access, 'sourceSecurityGroupIds');
      // A key that is only known later is a key all the same.
      if (valueAt(access, 'ec2SshKey') === undefined || isDecidedLater(sources) || listOf(sources).length > 0) continue;
      yield { resource, path: 'remoteAccess.sourceSecurityGroupIds', received: sources, message: 'must name who may log in: without it everybody may try' };
    }
  },
};
