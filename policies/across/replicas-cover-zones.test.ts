import { findingsInBoth, itIsAnAcrossRule, itTellsBothApart } from '../across-testing';
import { exampleDeployment } from '../examples';
import { exampleAutoscaler } from '../relation-examples';
import { exampleResource } from '../resource-examples';
import { replicasCoverZones as rule } from './replicas-cover-zones';

itIsAnAcrossRule(rule, 'warning');

const [SUBNET, NODE_GROUP] = ['aws:ec2/subnet:Subnet', 'aws:eks/nodeGroup:NodeGroup'];
const plan = (zones: readonly string[]): string =>
  `---\n${zones.map((zone, index) => exampleResource(SUBNET, `s${index}`, `{ availabilityZone: ${zone} }`)).join('')}${exampleResource(NODE_GROUP, 'nodes', `{ subnetIds: [${zones.map((_, index) => `"\${s${index}.id}"`).join(', ')}], scalingConfig: { maxSize: 9 } }`)}`;
const spread = (key = 'topology.kubernetes.io/zone', app = 'web'): string => `topologySpreadConstraints: [{ maxSkew: 1, topologyKey: ${key}, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: ${app} } } }]`;
const three = plan(['a', 'b', 'c']);

itTellsBothApart(rule, [
  ['one pod too few', exampleDeployment('replicas: 3', spread()) + three, exampleDeployment('replicas: 2', spread()) + three, 'spec.replicas'],
  ['the floor of an autoscaler', exampleDeployment('', spread()) + exampleAutoscaler('minReplicas: 3\n  maxReplicas: 9') + three, exampleDeployment('', spread()) + exampleAutoscaler('minReplicas: 2\n  maxReplicas: 9') + three, 'spec.minReplicas'],
  ['a zone more', exampleDeployment('replicas: 2', spread()) + plan(['a', 'b']), exampleDeployment('replicas: 2', spread()) + three, 'spec.replicas'],
  ['zones, not subnets', exampleDeployment('replicas: 2', spread()) + plan(['a', 'b', 'b']), exampleDeployment('replicas: 2', spread()) + three, 'spec.replicas'],
  ['spread over zones, not hosts', exampleDeployment('replicas: 2', spread('kubernetes.io/hostname')) + three, exampleDeployment('replicas: 2', spread()) + three, 'spec.replicas'],
  ['spread of its own pods', exampleDeployment('replicas: 2', spread(undefined, 'other')) + three, exampleDeployment('replicas: 2', spread()) + three, 'spec.replicas'],
  ['what is not switched off', exampleDeployment('replicas: 0', spread()) + three, exampleDeployment('replicas: 1', spread()) + three, 'spec.replicas'],
  ['a pod that may run in every zone', exampleDeployment('replicas: 1', `nodeSelector: { topology.kubernetes.io/zone: a }\n      ${spread()}`) + plan(['a']), exampleDeployment('replicas: 1', spread()) + plan(['a', 'b']), 'spec.replicas'],
]);

it('leaves single Pods alone', () => {
  const pod = `{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: shop, labels: { app: web } }, spec: { ${spread()}, containers: [{ name: web, image: web:1 }] } }\n`;
  expect(findingsInBoth(rule, pod + three)).toEqual([]);
});
