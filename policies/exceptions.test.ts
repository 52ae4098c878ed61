import { exceptionRules, type Waiver } from './exceptions';
import { judgeManifests, type Rule, type Severity, type Verdict } from './policy';
import { objectsIn } from './rule-testing';
import { parseWaivers } from './waivers';

/** Finds every object. */
const rule: Rule = {
  id: 'always',
  title: '',
  why: '',
  good: '',
  bad: '',
  remedy: 'Mend it.',
  *check(store) {
    for (const object of store.objects) yield { object, path: 'kind', received: object.object.kind, message: 'is wrong' };
  },
};
/** Finds nothing. */
const silent: Rule = { ...rule, id: 'never', check: () => [] };

const annotated = (annotation: string): string => `{ apiVersion: v1, kind: ConfigMap, metadata: { name: web, namespace: shop, annotations: { ${annotation} } } }`;
const judge = (yaml: string, waivers: readonly Waiver[] = [], severity: Severity = 'error'): Verdict =>
  judgeManifests(objectsIn(yaml), { preset: [{ rule, severity }, { rule: silent, severity: 'error' }], context: {}, waivers, today: new Date('2026-06-15T12:00:00Z') });
const rulesOf = ({ findings }: Verdict): string[] => findings.map((finding) => finding.rule);

describe('an annotation', () => {
  it('allows what its rule finds, and shows the reason', () => {
    const verdict = judge(annotated('policies.rechain.network/allow.always: "because"'));
    expect(verdict.findings).toEqual([]);
    expect(verdict.waived).toMatchObject([{ by: 'annotation', reason: 'because', finding: { rule: 'always', name: 'web' } }]);
  });

  it('may stand on the pod template', () => {
    const pod = 'metadata: { annotations: { policies.rechain.network/allow.always: because } }, spec: { containers: [] }';
    expect(judge(`{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web }, spec: { template: { ${pod} } } }`).findings).toEqual([]);
    expect(judge(`{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web }, spec: { other: { ${pod} } } }`).findings).toHaveLength(1);
  });

  it.each(['""', '"  "', '5'])('allows nothing without a reason: %s', (reason) => {
    const verdict = judge(annotated(`policies.rechain.network/allow.always: ${reason}`));
    expect(rulesOf(verdict)).toEqual(['always', 'exception-valid']);
    expect(verdict.findings[1]).toMatchObject({ severity: 'error', path: 'metadata.annotations["policies.rechain.network/allow.always"]' });
  });

  it('is found where its rule does not exist, with the rule that was meant', () => {
    const verdict = judge(annotated('policies.rechain.network/allow.alwasy: because'));
    expect(rulesOf(verdict)).toEqual(['always', 'exception-valid']);
    expect(verdict.findings[1]?.message).toContain('did you mean "always"?');
  });

  it('is found where nothing needs it, unless its rule did not run', () => {
    expect(judge(`${annotated('policies.rechain.network/allow.never: because')}`).findings).toMatchObject([{ rule: 'always' }, { rule: 'exception-used', severity: 'warning' }]);
    expect(judge(annotated('policies.rechain.network/allow.always: because'), [], 'off').findings).toEqual([]);
  });
});

describe('a waiver', () => {
  const web = annotated('');
  const waiver = (change: Partial<Waiver> = {}): Waiver => ({ rule: 'always', object: 'ConfigMap shop/web', reason: 'until the move', expires: '2026-06-15', file: 'waivers.yaml', line: 3, ...change });

  it.each(['ConfigMap shop/web', 'ConfigMap shop/*', '* shop/web', 'ConfigMap *', '* *eb'])('allows what its pattern %s matches, to the end of its last day', (object) => {
    const verdict = judge(web, [waiver({ object })]);
    expect(verdict.findings).toEqual([]);
    expect(verdict.waived).toMatchObject([{ by: 'waiver', reason: 'until the move' }]);
  });

  it.each(['ConfigMap stock/web', 'Secret shop/web', 'ConfigMap web', 'ConfigMap shop/we', 'ConfigMap shop.web'])('allows nothing else: %s', (object) => {
    expect(rulesOf(judge(web, [waiver({ object })]))).toEqual(['always', 'exception-used']);
  });

  it('names an object without namespace by kind and name', () => {
    expect(judge('{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }', [waiver({ object: 'Namespace shop' })]).findings).toEqual([]);
  });

  it('allows nothing once it has expired, and is found itself', () => {
    const verdict = judge(web, [waiver({ expires: '2026-06-14' })]);
    expect(rulesOf(verdict)).toEqual(['always', 'waiver-current']);
    expect(verdict.findings[1]).toMatchObject({ file: 'waivers.yaml', line: 3, severity: 'error', received: '"2026-06-14"' });
  });

  it('is found where its rule does not exist', () => {
    expect(rulesOf(judge(web, [waiver({ rule: 'other' })]))).toEqual(['always', 'exception-valid']);
  });
});

describe('a list of waivers', () => {
  it('is read with the lines of its entries', () => {
    const text = '# why\nwaivers:\n  - rule: always\n    object: ConfigMap shop/web\n    reason: x\n    expires: 2026-12-31\n';
    expect(parseWaivers('w.yaml', text)).toEqual({ findings: [], waivers: [{ rule: 'always', object: 'ConfigMap shop/web', reason: 'x', expires: '2026-12-31', file: 'w.yaml', line: 3 }] });
  });

  it.each([
    ['no reason', '{ rule: a, object: A b, reason: "", expires: 2026-12-31 }', 'waivers[0].reason'],
    ['no day', '{ rule: a, object: A b, reason: x }', 'waivers[0].expires'],
    ['a day that does not exist', '{ rule: a, object: A b, reason: x, expires: 2026-13-01 }', 'waivers[0].expires'],
    ['an object without kind', '{ rule: a, object: b, reason: x, expires: 2026-12-31 }', 'waivers[0].object'],
    ['no rule', '{ object: A b, reason: x, expires: 2026-12-31 }', 'waivers[0].rule'],
    ['an unknown field', '{ rule: a, object: A b, reason: x, expires: 2026-12-31, until: x }', 'waivers[0].until'],
  ])('is told apart from one with %s', (_, entry, path) => {
    const { waivers, findings } = parseWaivers('w.yaml', `waivers: [${entry}]`);
    expect(waivers).toEqual([]);
    expect(findings).toMatchObject([{ rule: 'exception-valid', severity: 'error', path }]);
  });

  it.each(['', 'waivers: {}', '- a', 'waivers: ['])('must be one: %p', (text) => {
    expect(parseWaivers('w.yaml', text).findings).toHaveLength(1);
  });
});

it('says of each of its rules what is right and wrong', () => {
  for (const { good, bad, id } of exceptionRules) {
    const findings = (text: string): string[] => {
      const list = text.includes('waivers:') ? parseWaivers('w.yaml', text) : { waivers: [], findings: [] };
      const preset = [{ rule: { ...silent, id: 'unique-object', check: id === 'exception-valid' ? rule.check : silent.check }, severity: 'error' as const }];
      return [...judgeManifests(objectsIn(text.includes('waivers:') ? '{ apiVersion: v1, kind: ConfigMap, metadata: { name: a } }' : text), { preset, context: {}, waivers: list.waivers, today: new Date('2026-06-15') }).findings.map((finding) => finding.rule)];
    };
    expect(findings(bad)).toContain(id);
    if (id !== 'exception-used') expect(findings(good)).not.toContain(id);
  }
});
