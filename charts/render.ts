import { dump } from 'js-yaml';
import type { BuiltChart } from './app';

/** A manifest file as text. */
export interface RenderedFile {
  /** `0001-web4-service.k8s.yaml`: names sort in apply order. */
  readonly name: string;
  readonly text: string;
  readonly objects: number;
}

/** One YAML file a chart. js-yaml, since cdk8s's own writer takes several times as long. */
export function renderCharts(charts: readonly BuiltChart[]): readonly RenderedFile[] {
  return charts.map(({ name, manifests }) => ({
    name: `${name}.k8s.yaml`,
    // Without line folding and anchors: diffs stay readable, and every YAML reader agrees.
    text: manifests.map((manifest) => dump(manifest, { lineWidth: -1, noRefs: true })).join('---\n'),
    objects: manifests.length,
  }));
}
