import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { dump } from 'js-yaml';
import { buildManifests, type Manifest } from '../../charts/app';
import { Autoscaler } from '../../charts/constructs/autoscaler';
import { Workload, type WorkloadProps } from '../../charts/constructs/workload';
import { renderCharts } from '../../charts/render';
import { checkCharts, synthesize } from '../../charts/synthesize';
import { definePlatform } from '../../platform/define-platform';
import { rechain } from '../../platform/rechain';
import { type Platform, type PlatformInput, standardProbes, standardShutdown, tiersOf } from '../../platform/spec';
import { strict, withoutSchema } from '../../policies/preset';
import { type Figure, figure, median, time } from './figure';

const FEW = 100;
const MANY = 2_000;

/** Our platform with web4 as many times over. A pooler, since no instance has connections for all of them. */
function platformOf(services: number): Platform {
  const web4 = rechain.services.find(({ name }) => name === 'web4-service');
  if (web4 === undefined) throw new Error('the catalog has no web4-service');
  const copies = Array.from({ length: services }, (_, index) => ({ ...web4, name: `service-${index}`, routes: [`/api/service-${index}/`] }));
  const input: PlatformInput = { ...rechain, services: copies, data: { ...rechain.data, pooler: 'rds-proxy' } };
  return definePlatform(input);
}

function linearity(): Figure {
  const perService = (services: number, runs: number): number => {
    const platform = platformOf(services);
    return (median(runs, () => synthesize(platform, 'production', withoutSchema)) / services) * 1_000;
  };
  perService(FEW, 3);
  const few = perService(FEW, 9);
  return figure({ name: `synthesis of a service among ${MANY}`, value: perService(MANY, 3), unit: 'µs', baseline: { name: `among ${FEW}`, value: few }, bar: { atMost: 1.2 } });
}

/** A chart of three objects: Deployment, PodDisruptionBudget and HPA. */
function addChart(app: App, index: number): Chart {
  const [service] = rechain.services;
  const [tier] = service === undefined ? [] : tiersOf(service);
  if (service === undefined || tier === undefined) throw new Error('the catalog has no service');
  const name = `service-${index}`;
  const chart = new Chart(app, name, { namespace: 'bench', disableResourceNameHashes: true });
  const probe = { kind: 'http' as const, probe: standardProbes.readiness };
  const props: WorkloadProps = {
    name, image: service.image, selector: { app: name, tier: 'standard' }, labels: { app: name, tier: 'standard' }, annotations: {}, serviceAccount: name, port: 8080,
    metrics: { kind: 'none' }, resources: service.resources, probes: { startup: probe, liveness: probe, readiness: probe }, environment: [], environmentFrom: [], mounts: [],
    shutdown: standardShutdown, spread: { zone: 'preferred', host: 'preferred' }, capacity: 'on-demand', maxUnavailablePercent: 10, userId: 10_001,
  };
  const workload = new Workload(chart, 'workload', props);
  new Autoscaler(chart, 'autoscaler', { name, labels: props.labels, workload, scaling: { ...tier.scaling, requests: { kind: 'target', perSecondPerPod: 100 } } });
  return chart;
}

function againstSingleApp(): Figure {
  const indexes = Array.from({ length: MANY }, (_, index) => index);
  const apart = median(3, () => indexes.forEach((index) => addChart(new App(), index).toJson()));
  const single = time(() => {
    const app = new App();
    for (const chart of indexes.map((index) => addChart(app, index))) chart.toJson();
  });
  return figure({ name: `${MANY} charts of three objects, an App each`, value: apart, unit: 'ms', baseline: { name: 'all in one App', value: single }, bar: { atLeast: 20 } });
}

interface Model {
  validate(): void;
  toJSON(): object;
}
type ModelClass = new (data: object) => Model;

/** Istio's v1 kinds are published under v1beta1. */
function modelOf({ apiVersion, kind }: Manifest): ModelClass {
  const version = apiVersion.replace(/^(networking|security)\.istio\.io\/v1$/, '$1.istio.io/v1beta1');
  const packageName = version.includes('istio.io') ? '@kubernetes-models/istio' : version.includes('coreos') ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models';
  const models = createRequire(__filename)(`${packageName}/${version}/${kind}`) as Record<string, ModelClass>;
  const model = models[kind];
  if (model === undefined) throw new Error(`no model of ${apiVersion} ${kind}`);
  return model;
}

/** What an object costs: built by our charts, checked against every policy and schema, dumped; against the least one could do. */
function perObject(): Figure {
  const objects = buildManifests(rechain, 'production').flatMap(({ manifests }) => manifests);
  const models = objects.map((object) => ({ model: modelOf(object), data: { ...object, apiVersion: object.apiVersion.replace(/^(networking|security)\.istio\.io\/v1$/, '$1.istio.io/v1beta1') } }));
  const bare = () => {
    for (const { model, data } of models) {
      const instance = new model(data);
      instance.validate();
      dump(instance.toJSON(), { lineWidth: -1, noRefs: true });
    }
  };
  const ours = () => {
    const charts = buildManifests(rechain, 'production');
    checkCharts(charts, rechain, strict);
    renderCharts(charts);
  };
  [bare, ours].forEach((run) => median(10, run));
  const perObjectMicros = (run: () => void): number => (median(31, run) / objects.length) * 1_000;
  return figure({ name: 'an object built, checked and dumped', value: perObjectMicros(ours), unit: 'µs', baseline: { name: 'kubernetes-models and js-yaml', value: perObjectMicros(bare) }, bar: { atMost: 5 } });
}

function wholeProcess(): Figure {
  const root = join(__dirname, '../..');
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const run = (args: readonly string[]) => () => {
    const { status, stderr } = spawnSync(args[0] ?? '', args.slice(1), { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  };
  try {
    const synth = run(['npm', 'run', '--silent', 'synth', '--', '-o', join(folder, 'dist')]);
    synth();
    const libraries = run([process.execPath, '--require', 'tsx/cjs', '--eval', "require('cdk8s-plus-27'); require('zod'); require('js-yaml')"]);
    return figure({ name: 'npm run synth as a whole process', value: median(5, synth), unit: 'ms', baseline: { name: 'node that loads its libraries', value: median(5, libraries) }, bar: { atMost: 4 } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How fast manifests are made. */
export async function* benchSynth(): AsyncGenerator<readonly Figure[]> {
  for (const measure of [linearity, againstSingleApp, perObject, wholeProcess]) yield [measure()];
}
