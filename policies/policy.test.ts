import { checkManifests, formatFinding, type PolicyContext, type Preset, type Rule, type SourcedObject } from './policy';
import { strict } from './preset';
import { objectsIn } from './rule-testing';

const rule = (id: string, received: unknown, remedy?: string): Rule => ({
  id,
  title: id,
  why: id,
  good: '',
  bad: '',
  remedy: 'The remedy of the rule.',
  *check(store) {
    for (const object of store.objects) {
      yield { object, path: 'spec.replicas', received, message: 'must be right', ...(remedy === undefined ? {} : { remedy }) };
    }
  },
});

const web: SourcedObject = { object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } }, source: 'shop.yaml' };
const check = (preset: Preset, objects: readonly SourcedObject[] = [web], context: PolicyContext = {}): ReturnType<typeof checkManifests> =>
  checkManifests(objects, { preset, context });

describe('checking manifests', () => {
  it('says which object is at fault, by what rule, and how to mend it', () => {
    expect(check([{ rule: rule('a', 3), severity: 'error' }])).toEqual([
      {
        rule: 'a',
        severity: 'error',
        file: 'shop.yaml',
        kind: 'Deployment',
        namespace: 'shop',
        name: 'web',
        path: 'spec.replicas',
        received: '3',
        message: 'must be right',
        remedy: 'The remedy of the rule.',
      },
    ]);
  });

  it('prefers the remedy of a report to that of its rule', () => {
    expect(check([{ rule: rule('a', 3, 'The remedy here.'), severity: 'error' }])[0]?.remedy).toBe('The remedy here.');
  });

  it('gives a finding the severity of the preset, and does not run a rule that is off', () => {
    const silent: Rule = { ...rule('c', 3), check: () => { throw new Error('ran'); } };
    const findings = check([{ rule: rule('a', 3), severity: 'warning' }, { rule: rule('b', 3), severity: 'error' }, { rule: silent, severity: 'off' }]);
    expect(findings.map((finding) => [finding.rule, finding.severity])).toEqual([['a', 'warning'], ['b', 'error']]);
  });

  it('hands the context to the rules', () => {
    const asking: Rule = { ...rule('a', 3), *check(store, { secrets }) { if (secrets) yield* rule('a', 3).check(store, {}); } };
    expect(check([{ rule: asking, severity: 'error' }], [web], { secrets: [] })).toHaveLength(1);
    expect(check([{ rule: asking, severity: 'error' }], [web], {})).toEqual([]);
  });

  it('finds nothing where there is nothing', () => {
    expect(check(strict, [])).toEqual([]);
  });
});

describe('a finding as text', () => {
  it('shows file, object, field, received value, fault and remedy', () => {
    const [finding] = check([{ rule: rule('a', 'three'), severity: 'error' }]);
    expect(finding && formatFinding(finding)).toBe(
      ['error a in shop.yaml', '  Deployment shop/web', '  spec.replicas: received "three"', '  must be right', '  remedy: The remedy of the rule.'].join('\n'),
    );
  });

  it('names an object without namespace by its name alone', () => {
    const [finding] = check([{ rule: rule('a', 3), severity: 'error' }], objectsIn('{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }'));
    expect(finding && formatFinding(finding)).toContain('\n  Namespace shop\n');
  });
});

describe('the strict preset', () => {
  it('holds each rule once', () => {
    const ids = strict.map((entry) => entry.rule.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  const service = JSON.stringify(objectsIn(`
apiVersion: v1
kind: Service
metadata: { name: NAME, namespace: shop }
spec: { selector: { app: NAME }, ports: [{ name: http, appProtocol: http, port: 80, targetPort: http }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: NAME, namespace: shop }
data: { app.properties: 'db.password=$(PASSWORD)' }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: NAME, namespace: shop }
spec:
  selector: { matchLabels: { app: NAME } }
  template:
    metadata: { labels: { app: NAME, tier: standard, team: all } }
    spec:
      serviceAccountName: NAME
      automountServiceAccountToken: false
      securityContext: { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, seccompProfile: { type: RuntimeDefault } }
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: NAME } } }]
      containers:
        - name: main
          image: registry.example.com/web:1.0
          imagePullPolicy: Always
          env: [{ name: URL, valueFrom: { secretKeyRef: { name: database, key: url } } }]
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /ready, port: http } }
          livenessProbe: { httpGet: { path: /health, port: http } }
          startupProbe: { httpGet: { path: /health, port: http } }
          lifecycle: { preStop: { sleep: { seconds: 5 } } }
          resources: { limits: { cpu: 1, memory: 1Gi, ephemeral-storage: 1Gi } }
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: NAME, namespace: shop }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: NAME }, minReplicas: 3, maxReplicas: 9 }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: NAME, namespace: shop }
spec: { maxUnavailable: 25%, unhealthyPodEvictionPolicy: AlwaysAllow, selector: { matchLabels: { tier: standard, app: NAME, team: all } } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: NAME, namespace: shop }
spec: { policyTypes: [Ingress, Egress], podSelector: { matchLabels: { app: NAME } }, ingress: [{ from: [{ podSelector: { matchLabels: { team: all, app: NAME } } }] }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: NAME, namespace: shop }
spec: { host: NAME, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5 } }, subsets: [{ name: standard, labels: { tier: standard } }] }
`));

  /** Services with what belongs to them, eight objects each, and nothing wrong with any. */
  const fleet = (services: number): SourcedObject[] =>
    Array.from({ length: services }, (_, index) => JSON.parse(service.replaceAll('NAME', `web-${index}`)) as SourcedObject[]).flat();

  it('takes at most two and a half times as long per service for thousands as for hundreds', () => {
    const secrets = [{ name: 'database', namespace: 'shop', keys: ['url'] }];
    // The schema rule looks at one object at a time, and would hide what the others do.
    const preset = strict.filter((entry) => entry.rule.id !== 'schema');
    const fastest = (objects: readonly SourcedObject[]): number => {
      const times = [1, 2, 3].map(() => {
        const start = process.cpuUsage();
        expect(check(preset, objects, { secrets })).toEqual([]);
        // Others on the machine take time, but none of this process's.
        const { user, system } = process.cpuUsage(start);
        return user + system;
      });
      return Math.min(...times);
    };
    const few = fleet(300);
    fastest(few);
    const ratio = fastest(fleet(3_000)) / fastest(few);
    expect(ratio).toBeLessThan(10 * 2.5);
  });

  it('finds nothing wrong in such a fleet', () => {
    expect(check(strict, fleet(3), { secrets: [{ name: 'database', namespace: 'shop', keys: ['url'] }] })).toEqual([]);
    expect(check(strict, fleet(3), { secrets: [] })).toHaveLength(3);
  });
});
