import type { WaivedFinding } from '../../policies/exceptions';
import type { Finding } from '../../policies/policy';

/** What a run of the policy command found. */
export interface PolicyResult {
  /** In the order of files and lines. */
  readonly findings: readonly Finding[];
  readonly waived: readonly WaivedFinding[];
  /** A plan counts as a file, its resources as objects. */
  readonly checked: { readonly files: number; readonly objects: number };
}
