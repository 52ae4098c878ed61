import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { ManifestObject } from './manifest';
import { isFields, listOf, textOf, type Fields } from './narrow';
import { observe, SchemaPlace, unknownFields, type UnknownField } from './schema-fields';

/** An error of a schema validator (Ajv). */
export interface SchemaError {
  /** JSON pointer to the value at fault. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Fields;
  readonly message: string;
}

// Models are loaded one by one, when their kind is first met: all of them at once take seconds.
const requireModel = createRequire(__filename);

const API_VERSION = /^(?:([a-z0-9-]+(?:\.[a-z0-9-]+)*)\/)?v[0-9a-z]+$/;
const KIND = /^[A-Z][A-Za-z0-9]*$/;

/**
 * The kinds that Istio serves as v1 and the package of its schemas knows under an earlier version only. Istio serves
 * one schema under all versions of a kind.
 */
const PUBLISHED_AS: ReadonlyMap<string, { readonly apiVersion: string; readonly kinds: ReadonlySet<string> }> = new Map([
  [
    'networking.istio.io/v1',
    {
      apiVersion: 'networking.istio.io/v1beta1',
      kinds: new Set(['DestinationRule', 'Gateway', 'ServiceEntry', 'Sidecar', 'VirtualService', 'WorkloadEntry', 'WorkloadGroup']),
    },
  ],
  ['security.istio.io/v1', { apiVersion: 'security.istio.io/v1beta1', kinds: new Set(['PeerAuthentication']) }],
  ['telemetry.istio.io/v1', { apiVersion: 'telemetry.istio.io/v1alpha1', kinds: new Set(['Telemetry']) }],
]);

/**
 * The package strips `description` and `x-kubernetes-*` from its schemas, taking them for remarks on a schema. In these
 * kinds they are fields of the object, so that they are unknown to the validators but right.
 */
const KINDS_WITH_STRIPPED_FIELDS: ReadonlySet<string> = new Set(['CustomResourceDefinition', 'PriorityClass']);
const STRIPPED_FIELD = /^(?:description|x-kubernetes-.+)$/;

/** The package that publishes the schemas of an API group. */
function packageOf(group: string): string {
  if (group.endsWith('.istio.io')) return '@kubernetes-models/istio';
  return group === 'monitoring.coreos.com' ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models';
}

/** The folder of a version's models and its name for `require`; undefined where there is no such version. */
function modelFolder(apiVersion: string): { readonly path: string; readonly id: string } | undefined {
  const match = API_VERSION.exec(apiVersion);
  if (!match) return undefined;
  const packageName = packageOf(match[1] ?? '');
  const path = join(dirname(requireModel.resolve(packageName)), apiVersion);
  return existsSync(path) ? { path, id: `${packageName}/${apiVersion}` } : undefined;
}

/** The errors in a validator's exception; anything but a list of them is a fault of the validator and goes on. */
function errorsOf(thrown: unknown): readonly SchemaError[] {
  if (!(thrown instanceof Error) || !('errors' in thrown)) throw thrown;
  return listOf(thrown.errors)
    .filter(isFields)
    .map((error) => ({
      instancePath: textOf(error['instancePath']) ?? '',
      keyword: textOf(error['keyword']) ?? '',
      params: isFields(error['params']) ? error['params'] : {},
      message: textOf(error['message']) ?? '',
    }));
}

type Validator = (this: unknown) => unknown;

function isValidator(value: unknown): value is Validator {
  return typeof value === 'function';
}

/** The published schema of one kind: its validator, and what was learned of its fields. */
export class SchemaModel {
  /** What was learned of the schema so far. */
  private readonly root = new SchemaPlace();

  /**
   * @param prototype of the model, which the validator expects of what it validates
   * @param apiVersion under which the schema is published
   */
  private constructor(
    private readonly prototype: Fields,
    private readonly validator: Validator,
    private readonly apiVersion: string,
  ) {}

  /** The schema of a kind; undefined where the packages at hand publish none. */
  static load(apiVersion: string, kind: string): SchemaModel | undefined {
    const published = PUBLISHED_AS.get(apiVersion);
    const version = published?.kinds.has(kind) ? published.apiVersion : apiVersion;
    const folder = KIND.test(kind) ? modelFolder(version) : undefined;
    if (!folder || !existsSync(join(folder.path, `${kind}.js`))) return undefined;
    const exported: unknown = requireModel(`${folder.id}/${kind}`);
    const model: unknown = isFields(exported) ? exported[kind] : undefined;
    // The folders also hold types that are parts of kinds, such as DeploymentSpec.
    if (typeof model !== 'function' || !('kind' in model) || model.kind !== kind) return undefined;
    const prototype: unknown = model.prototype;
    const validator = isFields(prototype) ? prototype['validate'] : undefined;
    return isFields(prototype) && isValidator(validator) ? new SchemaModel(prototype, validator, version) : undefined;
  }

  /** What the validator finds wrong; it does not look for unknown fields. */
  validate(object: ManifestObject): readonly SchemaError[] {
    return this.run(this.instanceOf(object));
  }

  /** The fields of `object` that the schema does not know. */
  unknownFields(object: ManifestObject): readonly UnknownField[] {
    const learn = (): void => void this.run(observe(this.instanceOf(structuredClone(object)), this.root));
    const unknown = unknownFields(object, this.root, learn);
    if (unknown.length === 0 || !KINDS_WITH_STRIPPED_FIELDS.has(object.kind)) return unknown;
    return unknown.filter(({ segments }) => !STRIPPED_FIELD.test(String(segments.at(-1))));
  }

  private instanceOf(object: ManifestObject): object {
    const instance: object = Object.create(this.prototype);
    return Object.assign(instance, object, { apiVersion: this.apiVersion });
  }

  private run(instance: unknown): readonly SchemaError[] {
    try {
      Reflect.apply(this.validator, instance, []);
      return [];
    } catch (thrown) {
      return errorsOf(thrown);
    }
  }
}

/** The kinds with a published schema in a version; empty where there is no such version. For suggestions. */
export function kindsOf(apiVersion: string): readonly string[] {
  const folder = modelFolder(apiVersion);
  const files = folder ? readdirSync(folder.path).filter((file) => file.endsWith('.js') && file !== 'index.js') : [];
  return [...files.map((file) => basename(file, '.js')), ...(PUBLISHED_AS.get(apiVersion)?.kinds ?? [])];
}

const PACKAGES = ['kubernetes-models', '@kubernetes-models/istio', '@kubernetes-models/prometheus-operator'];

let groups: ReadonlySet<string> | undefined;

/** The API groups of which schemas are published, `''` (core) not among them. */
export function publishedGroups(): ReadonlySet<string> {
  groups ??= new Set(PACKAGES.flatMap((name) => readdirSync(dirname(requireModel.resolve(name)), { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name));
  return groups;
}
