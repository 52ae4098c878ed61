import { loadAll } from 'js-yaml';
import { buildManifests } from '../../charts/app';
import { renderCharts } from '../../charts/render';
import { definePlatform } from '../../platform/define-platform';
import { rechain } from '../../platform/rechain';
import { judgeManifests } from '../../policies/policy';
import { acrossPresetFor } from '../../policies/across-preset';
import type { PlannedResource } from '../../policies/planned-resource';
import { presetFor } from '../../policies/preset';
import type { PlanToJudge } from '../../policies/resource-rule';
import { loadManifests } from '../../policies/yaml/load-manifests';
import { type Figure, figure, median } from './figure';

const FEW = 1_000;
const MANY = 10_000;

/** The manifests of our platform with web4 as many times over as it takes, as one YAML text, and their number. */
function manifestsOf(objects: number): { readonly text: string; readonly objects: number } {
  const web4 = rechain.services.find(({ name }) => name === 'web4-service');
  if (web4 === undefined) throw new Error('the catalog has no web4-service');
  const perService = buildManifests(rechain, 'production').find(({ name }) => name.endsWith('web4-service'))?.manifests.length ?? 1;
  const services = Array.from({ length: Math.floor(objects / perService) }, (_, index) => ({ ...web4, name: `service-${index}`, routes: [`/api/service-${index}/`] }));
  const charts = renderCharts(buildManifests(definePlatform({ ...rechain, services, data: { ...rechain.data, pooler: 'rds-proxy' } }), 'production'));
  return { text: charts.map(({ text }) => text).join('---\n'), objects: charts.reduce((sum, chart) => sum + chart.objects, 0) };
}

function resource(type: string, name: string, inputs: Readonly<Record<string, unknown>>): PlannedResource {
  return { urn: `${type}::${name}`, type, name, parent: '', inputs, dependencies: [], protect: false };
}

/** A cloud in which any number of objects has room, so that the rules over both look at everything and find nothing. */
const plan: PlanToJudge = {
  name: 'plan',
  resources: [
    resource('aws:ec2/subnet:Subnet', 'a', { availabilityZone: 'us-east-1a' }),
    resource('aws:eks/nodeGroup:NodeGroup', 'nodes', { subnetIds: ['${a.id}'], instanceTypes: ['m6i.xlarge'], scalingConfig: { maxSize: 1e9 } }),
    resource('aws:rds/parameterGroup:ParameterGroup', 'primary', { name: 'primary', parameters: [{ name: 'max_connections', value: 1e9 }] }),
    resource('aws:rds/instance:Instance', 'primary', { instanceClass: 'db.r7g.large', parameterGroupName: 'primary' }),
    ...rechain.secrets.map(({ name, keys }) => resource('kubernetes:core/v1:Secret', name, { metadata: { name, namespace: rechain.namespace }, stringData: Object.fromEntries(keys.map((key) => [key, '[secret]'])) })),
  ],
  preset: [],
  across: acrossPresetFor('production'),
};

/** Reads and checks a text by every rule; finds nothing, as the objects are ours. */
function check(text: string): void {
  const { objects, findings } = loadManifests('bench.yaml', text);
  const verdict = judgeManifests(objects, { preset: presetFor('production'), context: { complete: true }, waivers: [], today: new Date(), plan });
  const errors = [...findings, ...verdict.findings].filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(`the manifests break a rule: ${JSON.stringify(errors[0])}`);
}

/** How fast manifests are checked: against reading the same YAML, and against a tenth of them. */
export async function policyFigures(): Promise<readonly Figure[]> {
  const few = manifestsOf(FEW);
  const many = manifestsOf(MANY);
  // Schemas are compiled when their kind is first met, and everything by V8 as it is used: once for a process.
  for (let run = 0; run < 3; run++) check(many.text);
  const parse = median(5, () => void loadAll(many.text));
  const checked = median(5, () => check(many.text));
  const perObjectMicros = (millis: number, objects: number): number => (millis / objects) * 1_000;
  const fewMillis = median(9, () => check(few.text));
  // A larger heap costs more to collect, of js-yaml alone too: linear is 1 and a little.
  return [
    figure({ name: `${many.objects} objects read and checked by every rule`, value: checked, unit: 'ms', baseline: { name: 'js-yaml reads the same text', value: parse }, bar: { atMost: 3 } }),
    figure({ name: `an object read and checked among ${many.objects}`, value: perObjectMicros(checked, many.objects), unit: 'µs', baseline: { name: `among ${few.objects}`, value: perObjectMicros(fewMillis, few.objects) }, bar: { atMost: 1.5 } }),
  ];
}
