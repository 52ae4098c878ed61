import { App, type Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { type ResolvedPlatform, resolveEnvironment } from '../platform/environments';
import type { EnvironmentName, Platform } from '../platform/spec';
import { GatewayChart } from './gateway-chart';
import { NamespaceChart } from './namespace-chart';
import { ObservabilityChart } from './observability-chart';
import { ServiceChart } from './service-chart';

/** A Kubernetes object as it is written. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
}

/** One chart's objects, in the order in which they are applied. */
export interface BuiltChart {
  /** `0001-web4-service`: the position in the apply order, then the chart. */
  readonly name: string;
  readonly manifests: readonly Manifest[];
}

type ChartFactory = readonly [id: string, create: (scope: Construct) => Chart];

function chartsOf(platform: ResolvedPlatform): readonly ChartFactory[] {
  return [
    ['namespace', (scope) => new NamespaceChart(scope, 'namespace', platform)],
    // Before the services: their HPAs read a metric that this chart's rule feeds.
    ['observability', (scope) => new ObservabilityChart(scope, 'observability', platform)],
    ...platform.services.map((service): ChartFactory => [service.name, (scope) => new ServiceChart(scope, service.name, service, platform)]),
    // Last: nginx does not start while an upstream's name is unknown.
    ['gateway', (scope) => new GatewayChart(scope, 'gateway', platform)],
  ];
}

/**
 * Builds every manifest of a platform in one environment. Pure: same input, same output.
 *
 * Each chart has an App of its own: cdk8s walks its whole tree for every HPA and for dependencies, which in one App grows with
 * the square of the number of services.
 */
export function buildManifests(platform: Platform, environment: EnvironmentName): readonly BuiltChart[] {
  return chartsOf(resolveEnvironment(platform, environment)).map(([id, create], index) => ({
    name: `${String(index).padStart(4, '0')}-${id}`,
    manifests: create(new App()).toJson() as Manifest[],
  }));
}
