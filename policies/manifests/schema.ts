import { apiRetirements } from '../api-versions';
import { formatFieldPath, resolvePointer } from '../field-path';
import { groupKindOf, type ManifestObject, type SourcedObject } from '../manifest';
import { listOf, textOf, valueAt } from '../narrow';
import type { Report, Rule } from '../policy';
import { kindsOf, publishedGroups, SchemaModel, type SchemaError } from '../schema-model';
import type { UnknownField } from '../schema-fields';
import type { ObjectStore } from '../store';
import { isSlipOf, suggestion } from '../suggestion';

/** By apiVersion and kind. Schemas never change within a process, and learning them again would double the time. */
const models = new Map<string, SchemaModel | undefined>();

function modelOf({ apiVersion, kind }: ManifestObject): SchemaModel | undefined {
  const key = `${apiVersion}/${kind}`;
  if (!models.has(key)) models.set(key, SchemaModel.load(apiVersion, kind));
  return models.get(key);
}

/**
 * Whether an object is of a kind that someone added to his cluster: its group is a domain name, as Kubernetes asks of them, and
 * not a slip of the fingers in a group that is published.
 */
function isCustom({ apiVersion }: ManifestObject): boolean {
  const [group = '', version] = apiVersion.split('/');
  return version !== undefined && group.includes('.') && !publishedGroups().has(group) && ![...publishedGroups()].some((published) => isSlipOf(group, published));
}

function unknownKind(sourced: SourcedObject): Report | undefined {
  const { apiVersion, kind } = sourced.object;
  // Of a version that is gone another rule speaks, and knows what replaces it.
  if (isCustom(sourced.object) || apiRetirements.some((retirement) => retirement.apiVersion === apiVersion)) return undefined;
  const kinds = kindsOf(apiVersion);
  const message =
    kinds.length === 0
      ? `no schema is known for apiVersion ${apiVersion}`
      : `apiVersion ${apiVersion} has no kind ${kind}${suggestion(kind, kinds)}`;
  const path = kinds.length === 0 ? 'apiVersion' : 'kind';
  return { object: sourced, path, received: sourced.object[path], message };
}

function unknownField(sourced: SourcedObject, { segments, value, known }: UnknownField): Report {
  const name = String(segments.at(-1));
  const message = `unknown field "${name}"${suggestion(name, known)}`;
  return { object: sourced, path: formatFieldPath(segments), received: value, message, remedy: 'Correct the name, or remove the field.' };
}

/** What a value must be by its type or format. */
function expectedForm({ keyword, params }: SchemaError): string | undefined {
  if (keyword === 'type') return String(params['type']);
  if (keyword !== 'format') return undefined;
  return params['format'] === 'byte' ? 'base64' : `a valid ${String(params['format'])}`;
}

function expectedOf(error: SchemaError): string {
  if (error.keyword === 'enum') return `must be one of ${listOf(error.params['allowedValues']).map(String).join(', ')}`;
  const form = expectedForm(error);
  return form === undefined ? error.message : `must be ${form}`;
}

/** What a union (oneOf, anyOf) expects, from the errors of its branches at the same place. */
function expectedOfUnion(errors: readonly SchemaError[]): string {
  const forms = errors.map(expectedForm).filter((form) => form !== undefined);
  if (forms.length > 0) return `must be ${forms.join(' or ')}`;
  return 'must set exactly one of the fields that exclude one another, or none of them';
}

const isUnion = ({ keyword }: SchemaError): boolean => keyword === 'oneOf' || keyword === 'anyOf';

function* invalidValues(sourced: SourcedObject, errors: readonly SchemaError[]): Iterable<Report> {
  const unions = new Map<string, SchemaError[]>();
  for (const { instancePath } of errors.filter(isUnion)) {
    unions.set(instancePath, errors.filter((error) => error.instancePath === instancePath));
  }
  for (const [pointer, branches] of unions) yield invalidValue(sourced, pointer, expectedOfUnion(branches));
  for (const error of errors) {
    // The error of a union comes with one for each of its branches, at the same place.
    if (unions.has(error.instancePath)) continue;
    const missing = error.keyword === 'required' ? textOf(error.params['missingProperty']) : undefined;
    if (missing === undefined) yield invalidValue(sourced, error.instancePath, expectedOf(error));
    else yield invalidValue(sourced, `${error.instancePath}/${missing}`, 'required field is missing');
  }
}

function invalidValue(sourced: SourcedObject, pointer: string, message: string): Report {
  const { segments, value } = resolvePointer(sourced.object, pointer);
  return { object: sourced, path: formatFieldPath(segments), received: value, message };
}

/** The kinds, with their groups, that the set itself defines: their fields are those of that definition, whichever are published. */
function definedKinds(store: ObjectStore): ReadonlySet<string> {
  return new Set(
    store.ofKind('apiextensions.k8s.io/CustomResourceDefinition').map(({ object }) => `${textOf(valueAt(object, 'spec', 'group')) ?? ''}/${textOf(valueAt(object, 'spec', 'names', 'kind')) ?? ''}`),
  );
}

/** Every object matches the published schema of its kind, and has no field that the schema does not know. */
export const schema: Rule = {
  id: 'schema',
  title: 'Objects match their published schema',
  why: 'The API server drops or refuses what it does not know: a misspelt field is a setting that silently does not hold.',
  good: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web, namespace: shop }
spec: { host: web, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } } }
`,
  bad: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web, namespace: shop }
spec: { host: web, trafficPolicy: { circuitBreaker: { consecutiveErrors: 5 } } }
`,
  remedy: 'Write the field as the API reference of the kind describes it.',
  *check(store) {
    const defined = definedKinds(store);
    for (const sourced of store.objects) {
      if (defined.size > 0 && defined.has(groupKindOf(sourced.object))) continue;
      const model = modelOf(sourced.object);
      if (!model) {
        const report = unknownKind(sourced);
        if (report) yield report;
        continue;
      }
      for (const field of model.unknownFields(sourced.object)) yield unknownField(sourced, field);
      yield* invalidValues(sourced, model.validate(sourced.object));
    }
  },
};
