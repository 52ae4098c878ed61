import createPlatform from '../../infra';
import { definePlatform } from '../../platform/define-platform';
import { rechain } from '../../platform/rechain';
import type { EnvironmentName, Platform, PlatformInput } from '../../platform/spec';
import type { RecordedResource, RecordingMonitor } from './recorder';
import { runProgram } from './run-program';
import type { SecretSource } from './symbolic-outputs';

/** A stack configuration that is complete; for tests. */
export const testConfig = { 'rechain-scaling-platform:accountId': '123456789012', 'rechain-scaling-platform:alarmEmail': 'alarms@example.com' };

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

/** Our catalog with one thing changed, checked; for tests. */
export function changedCatalog(change: (draft: Mutable<Platform>) => void): Platform {
  const draft = structuredClone(rechain) as Mutable<Platform>;
  change(draft);
  return definePlatform(draft as PlatformInput);
}

export function record(catalog: Platform, environment: EnvironmentName, { config = testConfig, secretOf }: { readonly config?: Readonly<Record<string, string>>; readonly secretOf?: SecretSource } = {}): Promise<RecordingMonitor> {
  return runProgram({ program: () => createPlatform(catalog), stack: environment, config, ...(secretOf && { secretOf }) });
}

export async function recordEnvironment(environment: EnvironmentName, catalog = rechain): Promise<Recording> {
  return new Recording([...(await record(catalog, environment)).recorded.values()]);
}

/** What a run asked for, to be questioned. */
export class Recording {
  constructor(readonly resources: readonly RecordedResource[]) {}

  ofType(type: string): readonly RecordedResource[] {
    return this.resources.filter((resource) => resource.type.startsWith('aws:') || resource.type.startsWith('kubernetes:') ? resource.type.endsWith(`:${type}`) : resource.type === type);
  }

  one(type: string, name: string): RecordedResource {
    const found = this.ofType(type).filter((resource) => resource.name === name);
    if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} resources are ${type} ${name}`);
    return found[0];
  }

  /** Resources of a type that an input of another comes from. */
  behind(resource: RecordedResource, input: string, type: string): readonly RecordedResource[] {
    const urns = resource.propertyDependencies[input] ?? [];
    return this.ofType(type).filter(({ urn }) => urns.includes(urn));
  }
}
