import fc from 'fast-check';
import { findingsInBoth, itIsAnAcrossRule, itTellsBothApart } from '../across-testing';
import { exampleDeployment } from '../examples';
import { exampleAutoscaler } from '../relation-examples';
import { exampleResource } from '../resource-examples';
import { zoneSpreadCanHold as rule } from './zone-spread-can-hold';

itIsAnAcrossRule(rule);

const [SUBNET, NODE_GROUP] = ['aws:ec2/subnet:Subnet', 'aws:eks/nodeGroup:NodeGroup'];
/** A node group over some subnets, with the subnets; the name of a subnet is its zone. */
const group = (zones: readonly string[], inputs = '', name = 'nodes'): string =>
  zones.map((zone) => exampleResource(SUBNET, zone, `{ availabilityZone: ${zone} }`)).join('') + exampleResource(NODE_GROUP, name, `{ subnetIds: [${zones.map((zone) => `"\${${zone}.id}"`).join(', ')}], scalingConfig: { maxSize: 9 }, ${inputs} }`);
const plan = (...resources: readonly string[]): string => `---\n${resources.join('')}`;
const two = plan(group(['a', 'b']));

const spread = (fields: string, app = 'web'): string => `topologySpreadConstraints: [{ topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: ${app} } }, ${fields} }]`;
const apart = (key: string, app = 'web'): string => `affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: ${key}, labelSelector: { matchLabels: { app: ${app} } } }] } }`;
const ZONE = 'topology.kubernetes.io/zone';
const SPREAD = 'spec.template.spec.topologySpreadConstraints[0].minDomains';
const APART = 'spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey';

itTellsBothApart(rule, [
  ['more domains than there are zones', exampleDeployment('replicas: 3', spread('maxSkew: 1, minDomains: 2')) + two, exampleDeployment('replicas: 3', spread('maxSkew: 1, minDomains: 3')) + two, SPREAD],
  ['fewer zones than before', exampleDeployment('replicas: 3', spread('maxSkew: 1, minDomains: 3')) + plan(group(['a', 'b', 'c'])), exampleDeployment('replicas: 3', spread('maxSkew: 1, minDomains: 3')) + two, SPREAD],
  ['pods beyond the skew', exampleDeployment('replicas: 4', spread('maxSkew: 2, minDomains: 3')) + two, exampleDeployment('replicas: 5', spread('maxSkew: 2, minDomains: 3')) + two, SPREAD],
  ['an autoscaler that goes beyond', exampleDeployment('', spread('maxSkew: 1, minDomains: 3')) + exampleAutoscaler('maxReplicas: 2') + two, exampleDeployment('', spread('maxSkew: 1, minDomains: 3')) + exampleAutoscaler('maxReplicas: 3') + two, SPREAD],
  ['a demand instead of a preference', exampleDeployment('replicas: 3', spread('maxSkew: 1, minDomains: 3').replace('DoNotSchedule', 'ScheduleAnyway')) + two, exampleDeployment('replicas: 3', spread('maxSkew: 1, minDomains: 3')) + two, SPREAD],
  ['one pod a zone', exampleDeployment('replicas: 2', apart(ZONE)) + two, exampleDeployment('replicas: 3', apart(ZONE)) + two, APART],
  ['one pod a zone, not a host', exampleDeployment('replicas: 3', apart('kubernetes.io/hostname')) + two, exampleDeployment('replicas: 3', apart(ZONE)) + two, APART],
  ['its like in the namespaces that count', exampleDeployment('replicas: 3', apart(ZONE).replace('labelSelector', 'namespaces: [stock], labelSelector')) + two, exampleDeployment('replicas: 3', apart(ZONE)) + two, APART],
  ['apart from its like', exampleDeployment('replicas: 3', apart(ZONE, 'other')) + two, exampleDeployment('replicas: 3', apart(ZONE)) + two, APART],
  ['zones of a group that it may run on', exampleDeployment('replicas: 3', apart(ZONE)) + plan(group(['a', 'b']), group(['c'], '', 'more')), exampleDeployment('replicas: 3', apart(ZONE)) + plan(group(['a', 'b']), group(['c'], 'taints: [{ key: x, effect: NO_SCHEDULE }]', 'more')), APART],
  ['zones of a group that may have nodes', exampleDeployment('replicas: 3', apart(ZONE)) + plan(group(['a', 'b']), group(['c'], '', 'more')), exampleDeployment('replicas: 3', apart(ZONE)) + plan(group(['a', 'b']), group(['c'], 'scalingConfig: { maxSize: 0 }', 'more').replace('scalingConfig: { maxSize: 9 }, ', '')), APART],
]);

it.each([
  ['subnets by identifiers', plan(exampleResource(NODE_GROUP, 'nodes', '{ subnetIds: [subnet-1], scalingConfig: { maxSize: 9 } }'))],
  ['zones that are decided later', plan(exampleResource(SUBNET, 'a', '{ availabilityZone: "${zone}" }'), exampleResource(NODE_GROUP, 'nodes', '{ subnetIds: ["${a.id}"], scalingConfig: { maxSize: 9 } }'))],
])('does not judge by %s', (_, resources) => {
  expect(findingsInBoth(rule, exampleDeployment('replicas: 9', apart(ZONE)) + resources)).toEqual([]);
});

/** Pods that the scheduler places one after another under a zone constraint, where nodes have room without end. */
function placed(pods: number, zones: number, minDomains: number, maxSkew: number): number {
  const counts = Array.from({ length: zones }, () => 0);
  for (let pod = 0; pod < pods; pod++) {
    const least = zones < minDomains ? 0 : Math.min(...counts);
    const free = counts.findIndex((count) => count + 1 - least <= maxSkew);
    if (free < 0) return pod;
    counts[free] = (counts[free] ?? 0) + 1;
  }
  return pods;
}

it('finds a constraint exactly where the scheduler leaves pods pending', () => {
  const small = fc.integer({ min: 1, max: 6 });
  fc.assert(fc.property(fc.integer({ min: 1, max: 20 }), small, small, small, (pods, zones, minDomains, maxSkew) => {
    const yaml = exampleDeployment(`replicas: ${pods}`, spread(`maxSkew: ${maxSkew}, minDomains: ${minDomains}`)) + plan(group(['a', 'b', 'c', 'd', 'e', 'f'].slice(0, zones)));
    expect(findingsInBoth(rule, yaml)).toHaveLength(placed(pods, zones, minDomains, maxSkew) < pods ? 1 : 0);
  }));
});
