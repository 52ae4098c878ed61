import { exampleOf } from '../resource-examples';
import { findingsInPlan, itIsAResourceRule, itTellsResourcesApart, resourcesIn } from '../resource-testing';
import { clusterVersion as rule } from './cluster-version';

itIsAResourceRule(rule);

const example = exampleOf('aws:eks/cluster:Cluster');
itTellsResourcesApart(rule, [
  ['an old one', example('{ version: "1.33" }'), example('{ version: "1.32" }'), 'version'],
  ['one from before all that we know of', example('{ version: "1.99" }'), example('{ version: "1.9" }'), 'version'],
  ['none', example('{ version: "1.36" }'), example('{}'), 'version'],
  ['one that is no version', example('{ version: "${config.version}" }'), example('{ version: latest }'), 'version'],
]);

it('judges on the day that it is given: a version is supported until its last day', () => {
  const on = (day: string): readonly string[] => findingsInPlan(rule, resourcesIn(example('{ version: "1.34" }')), new Date(day)).map(({ message }) => message);
  expect(on('2026-12-02T23:00:00Z')).toEqual([]);
  expect(on('2026-12-03T00:00:00Z')).toEqual(['must be stated, and one of 1.35, 1.36, or newer: standard support ended on 2026-12-02']);
});

it('knows of no version that is supported for ever', () => {
  expect(findingsInPlan(rule, resourcesIn(example('{ version: "1.36" }')), new Date('2036-01-01'))).toMatchObject([{ message: 'must be stated, and newer: standard support ended on 2027-08-02' }]);
  expect(findingsInPlan(rule, resourcesIn(example('{ version: "1.37" }')), new Date('2036-01-01'))).toEqual([]);
});
