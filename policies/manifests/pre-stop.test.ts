import { exampleDeployment } from '../examples';
import { itIsARule, itTellsApart } from '../rule-testing';
import { preStop as rule } from './pre-stop';

itIsARule(rule, {}, 'warning');

const path = 'spec.template.spec.containers[0].lifecycle.preStop';
const withHook = (hook: string): string => exampleDeployment('').replace('ports:', `lifecycle: { ${hook} }, ports:`);
itTellsApart(rule, [
  ['no hook', withHook('preStop: { exec: { command: [sleep, "5"] } }'), exampleDeployment(''), path],
  ['a hook at the start alone', withHook('preStop: { sleep: { seconds: 5 } }'), withHook('postStart: { sleep: { seconds: 5 } }'), path],
  ['a Deployment that serves', exampleDeployment('').replace(/, ports: \[.*?\]/, ''), exampleDeployment(''), path],
  ['a Deployment, not a StatefulSet, whose clients know each pod', exampleDeployment('').replace('Deployment', 'StatefulSet'), exampleDeployment(''), path],
]);
