import { isFields, textOf, valueAt } from './narrow';
import { isDecidedLater, readAt, type PlannedResource, type ResourceStore } from './planned-resource';
import { exampleResource } from './resource-examples';

const SECRET = 'kubernetes:core/v1:Secret';

/** By which a Secret names its keys, separated by commas: Pulumi's providers mask them together with their values. */
const KEYS_ANNOTATION = 'policies.rechain.network/secret-keys';

/** A Kubernetes Secret that a plan writes. Its values are secret, its keys are not. */
export interface PlannedSecret {
  readonly resource: PlannedResource;
  /** Undefined where they are decided later. */
  readonly name: string | undefined;
  readonly namespace: string;
  readonly keys: readonly string[] | undefined;
}

function keysOf({ inputs }: PlannedResource): readonly string[] | undefined {
  const named = textOf(valueAt(inputs, 'metadata', 'annotations', KEYS_ANNOTATION));
  if (named !== undefined && !isDecidedLater(named)) return named.split(',').map((key) => key.trim()).filter((key) => key !== '');
  const readings = ['data', 'stringData'].map((field) => readAt(inputs, [field]));
  if (readings.some(({ kind }) => kind === 'later')) return undefined;
  return readings.flatMap((reading) => (reading.kind === 'known' && isFields(reading.value) ? Object.keys(reading.value) : []));
}

/** Every Kubernetes Secret that a plan writes. */
export function plannedSecrets(plan: ResourceStore): readonly PlannedSecret[] {
  return plan.ofType(SECRET).map((resource) => {
    const name = textOf(valueAt(resource.inputs, 'metadata', 'name'));
    return { resource, name: isDecidedLater(name) ? undefined : name, namespace: textOf(valueAt(resource.inputs, 'metadata', 'namespace')) ?? '', keys: keysOf(resource) };
  });
}

/** A planned Secret of these keys for the examples of rules, as a document. */
export function exampleSecret(...keys: readonly string[]): string {
  return `---\n${exampleResource(SECRET, 'database', `{ metadata: { name: database, namespace: shop }, stringData: { ${keys.map((key) => `${key}: "[secret]"`).join(', ')} } }`)}`;
}
