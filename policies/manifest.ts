import type { Segments } from './field-path';

/** A Kubernetes object as plain data, the way a YAML document loads. What it holds beyond its identity is unknown. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    /** Absent on cluster-scoped objects, and where the namespace is left to whoever applies the object. */
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** An object and where it came from. */
export interface SourcedObject {
  readonly object: ManifestObject;
  /** The file or chart that holds the object. */
  readonly source: string;
  /** Where in its file a field stands; absent for an object that was built and never in a file. */
  readonly locate?: Locate;
}

/**
 * The line of a field in the file of its object, from 1; of what is nearest above it where the field is missing.
 * @param textLine the line within the field's value, from 1, where that is a text of several lines
 */
export type Locate = (path: Segments, textLine?: number) => number;

/**
 * The kind with its API group but without its version, such as `apps/Deployment` or `Service` (core group):
 * one object can be written in several versions of its group, and is still one object.
 */
export function groupKind(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? kind : `${apiVersion.slice(0, slash)}/${kind}`;
}

/** The group and kind of `object`, such as `autoscaling/HorizontalPodAutoscaler`. */
export function groupKindOf(object: ManifestObject): string {
  return groupKind(object.apiVersion, object.kind);
}

/** The namespace that `object` names, `''` where it names none: objects without one form a namespace of their own. */
export function namespaceOf(object: ManifestObject): string {
  return object.metadata.namespace ?? '';
}
