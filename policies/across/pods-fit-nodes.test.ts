import fc from 'fast-check';
import { findingsInBoth, itIsAnAcrossRule, itTellsBothApart } from '../across-testing';
import { exampleAutoscaler } from '../relation-examples';
import { exampleResource } from '../resource-examples';
import { podsFitNodes as rule } from './pods-fit-nodes';

itIsAnAcrossRule(rule);

/** Pods of 1,000 m and 1 GiB, of which an m6i.xlarge holds 3 by its 3,920 m. */
const workload = (replicas: number, podSpec = '', name = 'web', requests = '{ cpu: 1, memory: 1Gi }', kind = 'Deployment'): string => `---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: shop }
spec: { replicas: ${replicas}, selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } }, spec: { ${podSpec} containers: [{ name: web, image: web:1, resources: { requests: ${requests} } }] } } }
`;
const NODE_GROUP = 'aws:eks/nodeGroup:NodeGroup';
const group = (maxSize: number | string, inputs = '', name = 'nodes', types = 'm6i.xlarge'): string => exampleResource(NODE_GROUP, name, `{ instanceTypes: [${types}], scalingConfig: { maxSize: ${maxSize} }, ${inputs} }`);
const plan = (...resources: readonly string[]): string => `---\n${resources.join('')}`;
const subnet = exampleResource('aws:ec2/subnet:Subnet', 's', '{ availabilityZone: a }');
const SPOT = 'labels: { capacity: spot }, taints: [{ key: capacity, value: spot, effect: NO_SCHEDULE }]';
const tolerating = 'tolerations: [{ key: capacity, operator: Equal, value: spot, effect: NoSchedule }],';
const selecting = (capacity: string): string => `nodeSelector: { capacity: ${capacity} },`;
const affine = (key: string, operator: string, values: string): string => `affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: ${key}, operator: ${operator}, values: ${values} }] }] } } },`;
const [POD, GROUP] = ['spec.replicas', 'scalingConfig.maxSize'];

itTellsBothApart(rule, [
  ['one pod too many', workload(6) + plan(group(2)), workload(7) + plan(group(2)), POD],
  ['the maximum of an autoscaler', workload(1) + exampleAutoscaler('maxReplicas: 6') + plan(group(2)), workload(1) + exampleAutoscaler('maxReplicas: 7') + plan(group(2)), 'spec.maxReplicas'],
  ['memory', workload(2, '', 'web', '{ cpu: 1m, memory: 15Gi }') + plan(group(2)), workload(3, '', 'web', '{ cpu: 1m, memory: 15Gi }') + plan(group(2)), POD],
  ['a pod that is larger than any node', workload(1, '', 'web', '{ cpu: 3920m }') + plan(group(2)), workload(1, '', 'web', '{ cpu: 3921m }') + plan(group(2)), POD],
  ['a group of smaller nodes', workload(6) + plan(group(2)), workload(6) + plan(group(2, '', 'nodes', 'm6i.large')), POD],
  ['two workloads together', workload(4) + workload(3, '', 'api') + plan(group(2)), workload(4) + workload(4, '', 'api') + plan(group(2)), GROUP],
  ['a DaemonSet that takes of every node', workload(6) + workload(1, '', 'agent', '{ cpu: 920m }', 'DaemonSet') + plan(group(2)), workload(6) + workload(1, '', 'agent', '{ cpu: 921m }', 'DaemonSet') + plan(group(2)), POD],
  ['a DaemonSet that a taint keeps off', workload(6, tolerating) + workload(1, '', 'agent', '{ cpu: 921m }', 'DaemonSet') + plan(group(2, SPOT)), workload(6, tolerating) + workload(1, tolerating, 'agent', '{ cpu: 921m }', 'DaemonSet') + plan(group(2, SPOT)), POD],
  ['a taint that is not tolerated', workload(6, tolerating) + plan(group(1), group(1, SPOT, 'spot')), workload(6) + plan(group(1), group(1, SPOT, 'spot')), POD],
  ['a taint of another key', workload(3, tolerating) + plan(group(1, SPOT)), workload(3, tolerating.replace('key: capacity', 'key: other')) + plan(group(1, SPOT)), POD],
  ['a taint that is tolerated whatever its value', workload(3, 'tolerations: [{ key: capacity, operator: Exists }],') + plan(group(1, SPOT)), workload(3, 'tolerations: [{ key: other, operator: Exists }],') + plan(group(1, SPOT)), POD],
  ['a selector beside an affinity', workload(3, selecting('spot') + affine('capacity', 'Exists', '[]')) + plan(group(1, 'labels: { capacity: spot }')), workload(3, selecting('other') + affine('capacity', 'Exists', '[]')) + plan(group(1, 'labels: { capacity: spot }')), POD],
  ['a zone that no subnet has', workload(3, selecting('a').replace('capacity', 'topology.kubernetes.io/zone')) + plan(subnet, group(1, 'subnetIds: ["${s.id}"]')), workload(3, selecting('b').replace('capacity', 'topology.kubernetes.io/zone')) + plan(subnet, group(1, 'subnetIds: ["${s.id}"]')), POD],
  ['a DaemonSet that chooses its nodes', workload(6) + workload(1, 'nodeSelector: { gpu: "true" },', 'agent', '{ cpu: 921m }', 'DaemonSet') + plan(group(2, 'labels: { gpu: "true" }')), workload(6) + workload(1, '', 'agent', '{ cpu: 921m }', 'DaemonSet') + plan(group(2, 'labels: { gpu: "true" }')), POD],
  ['a taint of another value', workload(3, tolerating) + plan(group(1, SPOT)), workload(3, tolerating.replace('spot', 'other')) + plan(group(1, SPOT)), POD],
  ['a taint of another effect', workload(3, tolerating) + plan(group(1, SPOT)), workload(3, tolerating.replace('NoSchedule', 'NoExecute')) + plan(group(1, SPOT)), POD],
  ['no taint of a toleration whose effect is null', workload(3, tolerating.replace('NoSchedule', 'null')) + plan(group(1, SPOT)), workload(3, tolerating.replace('NoSchedule', '"null"')) + plan(group(1, SPOT)), POD],
  ['nodes that no chart of that name brings', workload(9) + plan(group(1), exampleResource('kubernetes:helm.sh/v4:Chart', 'a', '{ chart: karpenter }')), workload(9) + plan(group(1), exampleResource('kubernetes:helm.sh/v4:Chart', 'a', '{ chart: mykarpenter }')), POD],
  ['nodes that no pool in the plan brings', workload(9) + plan(group(1), exampleResource('kubernetes:karpenter.sh/v1:NodePool', 'a', '{}')), workload(9) + plan(group(1), exampleResource('kubernetes:example.com/v1:NodePool', 'a', '{}')), POD],
  ['a node selector', workload(3, selecting('spot')) + plan(group(1, 'labels: { capacity: spot }')), workload(3, selecting('other')) + plan(group(1, 'labels: { capacity: spot }')), POD],
  ['a required affinity', workload(3, affine('capacity', 'NotIn', '[other]')) + plan(group(1, 'labels: { capacity: spot }')), workload(3, affine('capacity', 'NotIn', '[spot]')) + plan(group(1, 'labels: { capacity: spot }')), POD],
  ['what all that share one group request, beside another with room', workload(3) + workload(3, tolerating, 'api') + plan(group(1), group(1, SPOT, 'spot')), workload(2) + workload(2, '', 'other') + workload(2, tolerating, 'api') + plan(group(1), group(1, SPOT, 'spot')), GROUP],
]);

it.each([
  ['a group whose size is decided later', workload(999) + plan(group('"${size}"'))],
  ['a type whose size is not known', workload(999) + plan(group(1, '', 'nodes', 'x2idn.16xlarge'))],
  ['a group without types', workload(999) + plan(exampleResource(NODE_GROUP, 'nodes', '{ scalingConfig: { maxSize: 1 } }'))],
  ['the smaller of several types', workload(3) + plan(group(1, '', 'nodes', 'm6i.large, m6i.xlarge'))],
  ['pods that request nothing', workload(999, '', 'web', '{}') + plan(group(1))],
  ['nodes that Karpenter brings', `${workload(999)}---\napiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: { name: a }\n${plan(group(1))}`],
  ['nodes that Fargate brings', workload(999) + plan(group(1), exampleResource('aws:eks/fargateProfile:FargateProfile', 'a', '{}'))],
  ['nodes that a chart brings', workload(999) + plan(group(1), exampleResource('kubernetes:helm.sh/v3:Release', 'a', '{ chart: oci://public.ecr.aws/karpenter/karpenter }'))],
  ['nodes that a chart of another version brings', workload(999) + plan(group(1), exampleResource('kubernetes:helm.sh/v4:Chart', 'a', '{ chart: "oci://public.ecr.aws/karpenter/karpenter:1.8.2" }'))],
  ['nodes that Karpenter brings by the plan', workload(999) + plan(group(1), exampleResource('kubernetes:karpenter.sh/v1beta1:NodePool', 'a', '{}'))],
  ['nodes of a pool of EKS', workload(999) + plan(group(1), exampleResource('kubernetes:eks.amazonaws.com/v1:NodePool', 'a', '{}'))],
  ['nodes of the auto mode', workload(999) + plan(group(1), exampleResource('aws:eks/cluster:Cluster', 'a', '{ computeConfig: { enabled: true } }'))],
  ['one of two clusters', workload(999) + plan(group(1), exampleResource('aws:eks/cluster:Cluster', 'a', '{}'), exampleResource('aws:eks/cluster:Cluster', 'b', '{}'))],
  ['labels that nodes have by themselves', workload(3, 'nodeSelector: { kubernetes.io/arch: amd64, eks.amazonaws.com/nodegroup: a, node.kubernetes.io/instance-type: b },') + plan(group(1))],
  ['nodes all of whose labels are decided later', workload(3, selecting('spot')) + plan(group(1, 'labels: "${x}"'))],
  ['nodes without end that are full before they start', workload(1, '', 'web', '{ cpu: 1m }') + workload(1, '', 'agent', '{ memory: 16029Mi }', 'DaemonSet') + plan(group('"${size}"'))],
  ['labels that are decided later', workload(3, selecting('spot')) + plan(group(1, 'labels: { capacity: "${x}" }'))],
  ['a taint that only warns', workload(3) + plan(group(1, 'taints: [{ key: a, value: b, effect: PREFER_NO_SCHEDULE }]'))],
])('does not judge %s', (_, yaml) => {
  expect(findingsInBoth(rule, yaml)).toEqual([]);
});

it('sums up more kinds of pods than it tries sets of, one by one and all together', () => {
  const kinds = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const both = (replicas: number): string => kinds.map((kind) => workload(1, selecting(kind), kind) + workload(replicas, selecting(kind), `${kind}-more`)).join('') + plan(...kinds.map((kind) => group(1, `labels: { capacity: ${kind} }`, kind)));
  expect(findingsInBoth(rule, both(2))).toEqual([]);
  expect(findingsInBoth(rule, both(3))).toMatchObject([{ path: GROUP }]);
});

it('tells a pod that no group takes from one that is too many', () => {
  const [off] = findingsInBoth(rule, workload(1) + plan(group(1, SPOT)));
  expect(off?.message).toBe('1 pods at most: labels and taints keep it off every node group');
  const [many] = findingsInBoth(rule, workload(4) + plan(group(1)));
  expect(many?.message).toBe('4 pods at most: with 1000m CPU and 1024Mi memory each, node group nodes at its largest holds 3 of these pods, and nothing else then');
  const [together] = findingsInBoth(rule, workload(2) + workload(2, '', 'api') + plan(group(1)));
  expect(together?.message).toBe('the pods of 2 workloads at their maxima request 4000m CPU; node group nodes at its largest holds 3920m CPU');
});

it('never finds what a scheduler would place, node by node', () => {
  const kind = fc.record({ replicas: fc.integer({ min: 1, max: 12 }), cpuMillis: fc.integer({ min: 50, max: 3_000 }), memoryMiB: fc.integer({ min: 50, max: 12_000 }) });
  fc.assert(fc.property(fc.array(kind, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 8 }), (kinds, nodes) => {
    const free = Array.from({ length: nodes }, () => ({ cpuMillis: 3_920, memoryMiB: 16_029 }));
    // First fit, the largest first: what it places can be placed.
    const isPlaced = [...kinds].sort((a, b) => b.cpuMillis - a.cpuMillis).every(({ replicas, cpuMillis, memoryMiB }) => Array.from({ length: replicas }).every(() => {
      const node = free.find((room) => room.cpuMillis >= cpuMillis && room.memoryMiB >= memoryMiB);
      if (!node) return false;
      node.cpuMillis -= cpuMillis;
      node.memoryMiB -= memoryMiB;
      return true;
    }));
    const found = findingsInBoth(rule, kinds.map(({ replicas, cpuMillis, memoryMiB }, index) => workload(replicas, '', `w${index}`, `{ cpu: ${cpuMillis}m, memory: ${memoryMiB}Mi }`)).join('') + plan(group(nodes)));
    const exceeds = (['cpuMillis', 'memoryMiB'] as const).some((field) => kinds.reduce((sum, each) => sum + each.replicas * each[field], 0) > nodes * (field === 'cpuMillis' ? 3_920 : 16_029));
    if (isPlaced) expect(found).toEqual([]);
    if (exceeds) expect(found).not.toEqual([]);
  }));
});
