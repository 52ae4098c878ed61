import type { IPrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { Chart } from 'cdk8s';
import { ConfigMap } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { dump } from 'js-yaml';
import type { ResolvedPlatform } from '../platform/environments';
import { adapterConfiguration, ruleGroups } from './constructs/alerts';
import { dashboard } from './constructs/dashboard';
import { manifest } from './constructs/manifest';

/** What the monitoring namespace needs of the platform: the autoscalers' metric, alerts and a dashboard. */
export class ObservabilityChart extends Chart {
  constructor(scope: Construct, id: string, platform: ResolvedPlatform) {
    super(scope, id, {
      namespace: platform.monitoringNamespace,
      disableResourceNameHashes: true,
      labels: { 'app.kubernetes.io/part-of': platform.name, 'app.kubernetes.io/managed-by': 'cdk8s' },
    });
    // prometheus-adapter's chart takes it as `rules.existing`.
    new ConfigMap(this, 'adapter', { metadata: { name: `${platform.name}-prometheus-adapter` }, data: { 'config.yaml': dump(adapterConfiguration(platform.namespace), { lineWidth: -1 }) } });
    manifest<IPrometheusRule>(this, 'rules', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: platform.name },
      spec: { groups: ruleGroups(platform).map(({ name, rules }) => ({ name, rules: [...rules] })) },
    });
    // Grafana's sidecar loads ConfigMaps with this label.
    new ConfigMap(this, 'dashboard', { metadata: { name: `${platform.name}-dashboard`, labels: { grafana_dashboard: '1' } }, data: { [`${platform.name}.json`]: JSON.stringify(dashboard(platform), null, 2) } });
  }
}
