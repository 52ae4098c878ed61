import { groupKind, namespaceOf, type ManifestObject } from './manifest';
import { textOf, valueAt } from './narrow';

/** The API group and kind of a HorizontalPodAutoscaler, in all its versions. */
export const AUTOSCALER = 'autoscaling/HorizontalPodAutoscaler';

/** What an autoscaler scales. */
export interface ScaleTarget {
  /** Such as `apps/Deployment`. */
  readonly groupKind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The target that an autoscaler names; undefined where it names none, which the schema rule reports. */
export function scaleTargetOf(autoscaler: ManifestObject): ScaleTarget | undefined {
  const reference = valueAt(autoscaler, 'spec', 'scaleTargetRef');
  const kind = textOf(valueAt(reference, 'kind'));
  const name = textOf(valueAt(reference, 'name'));
  if (kind === undefined || name === undefined) return undefined;
  const apiVersion = textOf(valueAt(reference, 'apiVersion')) ?? 'apps/v1';
  return { groupKind: groupKind(apiVersion, kind), namespace: namespaceOf(autoscaler), name };
}
