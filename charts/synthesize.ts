import { createRequire } from 'node:module';
import { environmentFrom } from '../platform/environments';
import type { EnvironmentName, Platform } from '../platform/spec';
import { parseImage } from '../policies/image-reference';
import { checkManifests, type Finding, formatFinding, type PolicyContext, type Preset } from '../policies/policy';
import { type BuiltChart, buildManifests } from './app';
import { type RenderedFile, renderCharts } from './render';

/** Thrown when generated manifests break a policy. Nothing is written then. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  constructor(readonly findings: readonly Finding[]) {
    super(`the manifests break ${findings.length} polic${findings.length === 1 ? 'y' : 'ies'}:\n${findings.map(formatFinding).join('\n')}`);
  }
}

/** What rules know of a platform's manifests: they are all there is but for the catalog's Secrets, and run the catalog's images alone. */
export function policyContext({ services, gateway, secrets, namespace }: Platform): PolicyContext {
  const images = [...services, gateway].flatMap(({ image }) => parseImage(image) ?? []);
  return {
    secrets: secrets.map(({ name, keys }) => ({ name, namespace, keys })),
    complete: true,
    imageRegistries: [...new Set(images.map(({ registry, repository }) => `${registry}/${repository}`))],
  };
}

/**
 * Checks built charts against the policies of a preset.
 *
 * @throws PolicyError with every finding at once
 */
export function checkCharts(charts: readonly BuiltChart[], platform: Platform, preset: Preset): void {
  const objects = charts.flatMap(({ name, manifests }) => manifests.map((object) => ({ object, source: `${name}.k8s.yaml` })));
  const findings = checkManifests(objects, { preset, context: policyContext(platform) });
  if (findings.some(({ severity }) => severity === 'error')) throw new PolicyError(findings);
}

/** What a synthesis yields; nothing is written yet. */
export interface Synthesis {
  readonly environment: EnvironmentName;
  readonly files: readonly RenderedFile[];
}

/**
 * Builds, checks and renders a platform's manifests.
 *
 * @param environment the value of PLATFORM_ENV. @default production
 * @param presetFor the policies that must hold in an environment
 * @throws UnknownEnvironmentError, PolicyError
 */
export function synthesize(platform: Platform, environment: string | undefined, presetFor: (environment: EnvironmentName) => Preset): Synthesis {
  const name = environmentFrom(environment);
  const charts = buildManifests(platform, name);
  checkCharts(charts, platform, presetFor(name));
  return { environment: name, files: renderCharts(charts) };
}

/** Our catalog, loaded when it is asked for: a broken one throws as it loads, and is reported like any other error. */
export function loadCatalog(): Platform {
  const catalog = createRequire(__filename)('../platform/rechain') as typeof import('../platform/rechain');
  return catalog.rechain;
}
