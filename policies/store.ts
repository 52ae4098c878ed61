import { selects, type Requirement } from './label-selector';
import { groupKindOf, namespaceOf, type SourcedObject } from './manifest';
import { podTemplateOf, type PodTemplate } from './pod-template';
import { MAX_CANDIDATES } from './suggestion';

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** The pod templates of one namespace, by label. */
class NamespacePods {
  readonly templates: PodTemplate[] = [];
  /** By `key` and by `key=value`. */
  private readonly byLabel = new Map<string, PodTemplate[]>();

  add(template: PodTemplate): void {
    this.templates.push(template);
    for (const [key, value] of Object.entries(template.labels)) {
      append(this.byLabel, key, template);
      append(this.byLabel, `${key}=${value}`, template);
    }
  }

  find(requirements: readonly Requirement[]): PodTemplate | undefined {
    for (const candidates of this.candidates(requirements)) {
      const found = candidates.find(({ labels }) => selects(requirements, labels));
      if (found) return found;
    }
    return undefined;
  }

  findAll(requirements: readonly Requirement[]): readonly PodTemplate[] {
    const found = this.candidates(requirements).flatMap((candidates) => candidates.filter(({ labels }) => selects(requirements, labels)));
    // A value that a requirement names twice brings its pods twice.
    return [...new Set(found)];
  }

  /** The lists that hold every match, as short as the index has them: to read all pods for each selector is quadratic. */
  private candidates(requirements: readonly Requirement[]): readonly (readonly PodTemplate[])[] {
    let shortest: readonly (readonly PodTemplate[])[] = [this.templates];
    let least = this.templates.length;
    for (const requirement of requirements) {
      const labelled = this.labelled(requirement);
      const length = labelled.reduce((sum, list) => sum + list.length, 0);
      if (length < least) [shortest, least] = [labelled, length];
    }
    return shortest;
  }

  /** The lists that together hold all pods for which one requirement holds; all pods where labels do not tell. */
  private labelled({ key, operator, values }: Requirement): readonly (readonly PodTemplate[])[] {
    if (operator === 'In') return values.map((value) => this.byLabel.get(`${key}=${value}`) ?? []);
    return operator === 'Exists' ? [this.byLabel.get(key) ?? []] : [this.templates];
  }
}

/**
 * All objects of one check, indexed once, so that a rule need not go through all of them to find one.
 * Namespaces are those the objects name; `''` stands for objects that name none.
 */
export class ObjectStore {
  private readonly byKind = new Map<string, SourcedObject[]>();
  private readonly byName = new Map<string, SourcedObject>();
  private readonly pods = new Map<string, NamespacePods>();

  /** @param objects in the order in which rules see and report them */
  constructor(readonly objects: readonly SourcedObject[]) {
    for (const sourced of objects) this.add(sourced);
  }

  /** The objects of a kind, given with its API group: `apps/Deployment`, or `Service` for the core group. */
  ofKind(groupKind: string): readonly SourcedObject[] {
    return this.byKind.get(groupKind) ?? [];
  }

  /** The object of that kind and name; the first where there are several, undefined where there is none. */
  find(groupKind: string, namespace: string, name: string): SourcedObject | undefined {
    return this.byName.get(`${groupKind}\n${namespace}\n${name}`);
  }

  /** The names of a kind in a namespace, for suggestions; none where there are too many to look through for each finding. */
  namesOf(groupKind: string, namespace: string): readonly string[] {
    const objects = this.ofKind(groupKind);
    return objects.length > MAX_CANDIDATES ? [] : objects.filter(({ object }) => namespaceOf(object) === namespace).map(({ object }) => object.metadata.name);
  }

  /** The pod templates in all objects of a namespace that make pods, or in those of all namespaces. */
  podTemplates(namespace?: string): readonly PodTemplate[] {
    if (namespace !== undefined) return this.pods.get(namespace)?.templates ?? [];
    return [...this.pods.values()].flatMap(({ templates }) => templates);
  }

  /** A pod template of the namespace for which all requirements hold; undefined where there is none. */
  findPod(namespace: string, requirements: readonly Requirement[]): PodTemplate | undefined {
    return this.pods.get(namespace)?.find(requirements);
  }

  /** Every pod template of the namespace for which all requirements hold. */
  findPods(namespace: string, requirements: readonly Requirement[]): readonly PodTemplate[] {
    return this.pods.get(namespace)?.findAll(requirements) ?? [];
  }

  private add(sourced: SourcedObject): void {
    const { object } = sourced;
    const kind = groupKindOf(object);
    append(this.byKind, kind, sourced);
    const key = `${kind}\n${namespaceOf(object)}\n${object.metadata.name}`;
    if (!this.byName.has(key)) this.byName.set(key, sourced);
    const template = podTemplateOf(sourced);
    if (!template) return;
    const pods = this.pods.get(template.namespace) ?? new NamespacePods();
    this.pods.set(template.namespace, pods);
    pods.add(template);
  }
}
