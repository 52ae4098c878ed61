import { textOf } from './narrow';
import type { PodTemplate } from './pod-template';

/** The name of a pod's ServiceAccount: `default` where it names none. `serviceAccount` is the field's old name. */
export function serviceAccountOf({ spec }: PodTemplate): string {
  return textOf(spec['serviceAccountName']) || textOf(spec['serviceAccount']) || 'default';
}
