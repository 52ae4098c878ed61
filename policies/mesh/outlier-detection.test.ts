import { exampleDestination, exampleService } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { outlierDetection as rule } from './outlier-detection';

itIsARule(rule);

const web = exampleService('{ port: 80 }');
const path = 'spec.trafficPolicy.outlierDetection';
itTellsApart(rule, [
  ['a rule without', web + exampleDestination('trafficPolicy: { outlierDetection: {} }'), web + exampleDestination('trafficPolicy: { tls: {} }'), path],
  ['a rule without any policy', web + exampleDestination('trafficPolicy: { outlierDetection: {} }'), web + exampleDestination('exportTo: [.]'), path],
  ['one subset without', web + exampleDestination('subsets: [{ trafficPolicy: { outlierDetection: {} } }]'), web + exampleDestination('subsets: [{ trafficPolicy: { outlierDetection: {} } }, { name: a }]'), path],
  ['one port without', web + exampleDestination('trafficPolicy: { portLevelSettings: [{ outlierDetection: {} }] }'), web + exampleDestination('trafficPolicy: { portLevelSettings: [{ outlierDetection: {} }, {}] }'), path],
]);

it('does not judge hosts that are no Service', () => {
  expect(findingsOf(rule, exampleDestination('trafficPolicy: { tls: {} }'))).toEqual([]);
});
