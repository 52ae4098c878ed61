import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import ts from 'typescript';
import { formatFieldPath } from './field-path';
import type { ManifestObject } from './policy';
import { kindsOf, SchemaModel } from './schema-model';

/*
 * What is learned from validators is compared with the TypeScript types that the same packages publish: these are
 * generated from the schemas on another way.
 */

const requireModel = createRequire(__filename);
const UNKNOWN = 'neverKnown';

/** An object with every field of a type, each of its closed objects with one field more, and the fields of these by path. */
class Sample {
  readonly fieldsByPath = new Map<string, string[]>();
  private readonly within: ts.Type[] = [];

  constructor(private readonly checker: ts.TypeChecker) {}

  of(type: ts.Type, segments: readonly (string | number)[] = []): unknown {
    const present = this.checker.getNonNullableType(type);
    if (this.checker.isArrayType(present)) {
      const [element] = this.checker.getTypeArguments(present as ts.TypeReference);
      return element && !this.within.includes(element) ? [this.of(element, [...segments, 0])] : [];
    }
    if (!(present.flags & ts.TypeFlags.Object)) return present.flags & ts.TypeFlags.StringLike ? 'text' : 1;
    const properties = this.checker.getPropertiesOfType(present);
    const values = this.checker.getIndexInfoOfType(present, ts.IndexKind.String)?.type;
    if (properties.length === 0) return { anyKey: values ? this.of(values, [...segments, 'anyKey']) : { anyKey: 1 } };
    this.fieldsByPath.set(formatFieldPath([...segments, UNKNOWN]), properties.map(({ name }) => name));
    return { ...this.fieldsOf(present, properties, segments), [UNKNOWN]: 1 };
  }

  private fieldsOf(type: ts.Type, properties: readonly ts.Symbol[], segments: readonly (string | number)[]): Record<string, unknown> {
    this.within.push(type);
    const fields: Record<string, unknown> = {};
    for (const property of properties) {
      const fieldType = this.checker.getTypeOfSymbol(property);
      if (this.within.includes(this.checker.getNonNullableType(fieldType))) continue;
      fields[property.name] = this.of(fieldType, [...segments, property.name]);
    }
    this.within.pop();
    return fields;
  }
}

const kinds = [
  'kubernetes-models v1 Pod',
  'kubernetes-models v1 Service',
  'kubernetes-models v1 ServiceAccount',
  'kubernetes-models v1 Namespace',
  'kubernetes-models v1 ConfigMap',
  'kubernetes-models v1 Secret',
  'kubernetes-models apps/v1 Deployment',
  'kubernetes-models apps/v1 StatefulSet',
  'kubernetes-models batch/v1 CronJob',
  'kubernetes-models batch/v1 Job',
  'kubernetes-models autoscaling/v2 HorizontalPodAutoscaler',
  'kubernetes-models policy/v1 PodDisruptionBudget',
  'kubernetes-models networking.k8s.io/v1 NetworkPolicy',
  'kubernetes-models networking.k8s.io/v1 Ingress',
  'kubernetes-models rbac.authorization.k8s.io/v1 ClusterRole',
  '@kubernetes-models/istio networking.istio.io/v1beta1 DestinationRule',
  '@kubernetes-models/istio networking.istio.io/v1beta1 VirtualService',
  '@kubernetes-models/istio networking.istio.io/v1beta1 Gateway',
  '@kubernetes-models/istio networking.istio.io/v1beta1 Sidecar',
  '@kubernetes-models/istio security.istio.io/v1beta1 PeerAuthentication',
  '@kubernetes-models/istio security.istio.io/v1 AuthorizationPolicy',
  '@kubernetes-models/prometheus-operator monitoring.coreos.com/v1 ServiceMonitor',
  '@kubernetes-models/prometheus-operator monitoring.coreos.com/v1 PodMonitor',
  '@kubernetes-models/prometheus-operator monitoring.coreos.com/v1 PrometheusRule',
].map((line) => line.split(' ') as [packageName: string, apiVersion: string, kind: string]);

const declarationOf = ([packageName, apiVersion, kind]: (typeof kinds)[number]): string =>
  join(dirname(requireModel.resolve(packageName)), apiVersion, `${kind}.d.ts`);

describe('learned fields', () => {
  let program: ts.Program;

  beforeAll(() => {
    program = ts.createProgram(kinds.map(declarationOf), { skipLibCheck: true, strict: true, noLib: false, types: [] });
  });

  it.each(kinds)('of %s %s %s are those of its published type, at every place', (...kind) => {
    const checker = program.getTypeChecker();
    const file = program.getSourceFile(declarationOf(kind));
    const exported = file && checker.getSymbolAtLocation(file);
    const declared = exported && checker.getExportsOfModule(exported).find(({ name }) => name === `I${kind[2]}`);
    if (!declared) throw new Error(`no type I${kind[2]}`);
    const sample = new Sample(checker);
    const object = sample.of(checker.getDeclaredTypeOfSymbol(declared)) as ManifestObject;
    const unknown = SchemaModel.load(kind[1], kind[2])?.unknownFields(object) ?? [];
    const learned = unknown.map(({ segments, known }) => [formatFieldPath(segments), [...known].sort()]);
    const published = [...sample.fieldsByPath].map(([path, names]) => [path, [...names].sort()]);
    expect(published.length).toBeGreaterThan(1);
    expect(Object.fromEntries(learned)).toEqual(Object.fromEntries(published));
  });
});

describe('loading a schema', () => {
  it('knows the kinds that Istio serves as v1 and no others', () => {
    expect(SchemaModel.load('networking.istio.io/v1', 'VirtualService')).toBeDefined();
    expect(SchemaModel.load('security.istio.io/v1', 'PeerAuthentication')).toBeDefined();
    expect(SchemaModel.load('telemetry.istio.io/v1', 'Telemetry')).toBeDefined();
    expect(SchemaModel.load('networking.istio.io/v1', 'EnvoyFilter')).toBeUndefined();
    expect(SchemaModel.load('networking.istio.io/v2', 'VirtualService')).toBeUndefined();
  });

  it('finds none for a kind in the wrong version, a part of a kind, or a name that leads out of the package', () => {
    expect(SchemaModel.load('apps/v1', 'Deployment')).toBeDefined();
    expect(SchemaModel.load('v1', 'Deployment')).toBeUndefined();
    expect(SchemaModel.load('apps/v1', 'DeploymentSpec')).toBeUndefined();
    expect(SchemaModel.load('apps/v1', 'deployment')).toBeUndefined();
    expect(SchemaModel.load('apps/v1', '../v1/Deployment')).toBeUndefined();
    expect(SchemaModel.load('../kubernetes-models/apps/v1', 'Deployment')).toBeUndefined();
    expect(SchemaModel.load('', '')).toBeUndefined();
  });

  it('lists the kinds of a version', () => {
    expect(kindsOf('apps/v1')).toContain('Deployment');
    expect(kindsOf('networking.istio.io/v1')).toContain('VirtualService');
    expect(kindsOf('apps/v7')).toEqual([]);
  });
});
