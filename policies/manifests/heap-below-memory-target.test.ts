import { exampleDeployment } from '../examples';
import { exampleAutoscaler, exampleConfigMap } from '../relation-examples';
import { findingsOf, itIsARule, itTellsApart } from '../rule-testing';
import { heapBelowMemoryTarget as rule } from './heap-below-memory-target';

itIsARule(rule, {}, 'warning');

const scaler = (metric: string): string => exampleAutoscaler(`maxReplicas: 9\n  metrics: [${metric}]`);
const memory = (percent: number): string => scaler(`{ type: Resource, resource: { name: memory, target: { type: Utilization, averageUtilization: ${percent} } } }`);
const web = (fields: string, resources = 'requests: { memory: 256Mi }'): string => exampleDeployment('').replace('ports:', `resources: { ${resources} }, ${fields}, ports:`);
const variable = (value: string, name = 'NODE_OPTIONS'): string => `env: [{ name: ${name}, value: "${value}" }]`;
const limited = 'requests: { memory: 256Mi }, limits: { memory: 512Mi }';
const path = 'spec.metrics[0].resource.target.averageUtilization';

itTellsApart(rule, [
  ['a heap without bound', web(variable('--max-old-space-size=96')) + memory(80), web(variable('--enable-source-maps')) + memory(80), path],
  ['a heap as large as the target', web(variable('--max-old-space-size=204')) + memory(80), web(variable('--max-old-space-size=205')) + memory(80), path],
  ['a target that is too low', web(variable('--max-old-space-size=96')) + memory(80), web(variable('--max-old-space-size=96')) + memory(30), path],
  ['a heap of Java', web('args: ["-Xmx128m"]') + memory(80), web('args: ["-Xmx1g"]') + memory(80), path],
  ['a heap of Go', web(variable('100MiB', 'GOMEMLIMIT')) + memory(80), web(variable('1GiB', 'GOMEMLIMIT')) + memory(80), path],
  ['a heap of Java that is a share of the limit', web('args: ["-XX:MaxRAMPercentage=37.5"]', limited) + memory(80), web('args: ["-XX:MaxRAMPercentage=75.0"]', limited) + memory(80), path],
  ['the quarter of the limit that Java takes unasked', web('command: [java, -jar, a.jar]', limited) + memory(80), web('command: [java, -jar, a.jar]', 'requests: { memory: 256Mi }, limits: { memory: 1Gi }') + memory(80), path],
  ['the half of little memory that Java takes, whatever it is told', web('args: ["-XX:MaxRAMPercentage=80"]', 'requests: { memory: 128Mi }, limits: { memory: 200Mi }') + memory(80), web('args: ["-XX:MaxRAMPercentage=80"]', 'requests: { memory: 128Mi }, limits: { memory: 240Mi }') + memory(80), path],
  ['of two bounds the last, which counts', web('args: ["-Xmx1g -Xmx128m"]') + memory(80), web('args: ["-Xmx128m -Xmx1g"]') + memory(80), path],
  ['a request that the limit stands for', web('args: ["--max_old_space_size=300"]', 'limits: { memory: 512Mi }') + memory(80), web('args: ["--max_old_space_size=300"]', 'limits: { memory: 256M }') + memory(80), path],
  ['a bound in a ConfigMap',
    web('envFrom: [{ configMapRef: { name: web } }]') + memory(80) + exampleConfigMap('{ NODE_OPTIONS: --max-old-space-size=96 }'),
    web('envFrom: [{ configMapRef: { name: web } }]') + memory(80) + exampleConfigMap('{ NODE_OPTIONS: --max-old-space-size=960 }'), path],
  ['a bound in a key of a ConfigMap',
    web('env: [{ name: JAVA_TOOL_OPTIONS, valueFrom: { configMapKeyRef: { name: web, key: java } } }]') + memory(80) + exampleConfigMap('{ java: -Xmx128M }'),
    web('env: [{ name: JAVA_TOOL_OPTIONS, valueFrom: { configMapKeyRef: { name: web, key: java } } }]') + memory(80) + exampleConfigMap('{ java: -Xmx900M }'), path],
]);

it('judges no other resource, no other container, and no request that it cannot read', () => {
  expect(findingsOf(rule, web('command: [node]') + memory(80).replace('name: memory', 'name: cpu'))).toEqual([]);
  const container = (name: string): string => scaler(`{ type: ContainerResource, containerResource: { container: ${name}, name: memory, target: { type: Utilization, averageUtilization: 80 } } }`);
  expect(findingsOf(rule, web('command: [node]') + container('istio-proxy'))).toEqual([]);
  expect(findingsOf(rule, web('command: [node]') + container('web'))).toHaveLength(1);
  expect(findingsOf(rule, web('command: [node]', 'requests: { memory: plenty }') + memory(80))).toEqual([]);
});

describe('a heap that nothing bounds', () => {
  const judged = (fields: string, resources?: string): boolean => findingsOf(rule, web(fields, resources) + memory(80)).length > 0;
  const from = (source: string, name: string): string => `env: [{ name: NODE_ENV, value: production }, { name: ${name}, valueFrom: { ${source} } }]`;

  it.each([
    ['the command', 'command: [/usr/local/bin/node, main.js]'],
    ['a command in a shell', 'command: [sh, -c, "exec node --enable-source-maps dist/main.js"]'],
    ['the arguments', 'args: [java, -jar, web.jar]'],
    ['a variable of node', variable('production', 'NODE_ENV')],
    ['a variable of Java', variable('-server', 'JAVA_OPTS')],
    ['a variable of Go', variable('100', 'GOGC')],
    ['no limit, of which a share would be one', variable('-XX:+UseG1GC', 'JAVA_TOOL_OPTIONS')],
  ])('is known for one by %s', (_, fields) => {
    expect(judged(fields)).toBe(true);
  });

  it.each([
    ['node:22', true], ['registry.example.com:5000/base/nodejs22-debian12', true], ['eclipse-temurin:21-jre', true], ['golang:1.25', true],
    ['nginx:1.29', false], ['prom/node-exporter:v1', false], ['example.com/javascript-lint:1', false], ['example.com/java/web:1', false],
  ])('is known for one by the image %s: %s', (image, known) => {
    expect(findingsOf(rule, web('args: []').replace('registry.example.com/web:1.0', image) + memory(80)).length > 0).toBe(known);
  });

  it.each([
    ['a program that may have no heap', variable('debug', 'LOG_LEVEL')],
    ['an argument that only sounds like one', 'args: [--role, node]'],
    ['a bound from the limits of the container', from('resourceFieldRef: { resource: limits.memory }', 'GOMEMLIMIT')],
    ['options from a Secret', from('secretKeyRef: { name: web, key: options }', 'NODE_OPTIONS')],
    ['options from a ConfigMap that is not there', from('configMapKeyRef: { name: web, key: options }', 'ES_JAVA_OPTS')],
    ['all of a ConfigMap that is not there', `command: [node], envFrom: [{ configMapRef: { name: web } }]`],
    ['all of a Secret', `command: [node], envFrom: [{ secretRef: { name: web } }]`],
    ['a bound that a variable completes', 'args: ["java", "-Xmx$(HEAP)", "-jar", "web.jar"]'],
    ['a share of a limit that is not there', 'args: [java, "-XX:MaxRAMPercentage=50"]'],
  ])('is not claimed of %s', (_, fields) => {
    expect(judged(fields)).toBe(false);
  });

  it.each(['DATABASE_URL', 'MEMCACHED_URL'])('is one whatever else comes from a Secret: %s', (name) => {
    expect(judged(from('secretKeyRef: { name: web, key: url }', name))).toBe(true);
  });

  it('is told from one that `env` bounds over what is not known, and not from one that what is not known may bound', () => {
    expect(judged(`envFrom: [{ secretRef: { name: web } }], ${variable('--max-old-space-size=400')}`)).toBe(true);
    expect(findingsOf(rule, web('envFrom: [{ configMapRef: { name: web } }, { secretRef: { name: web } }]') + memory(80) + exampleConfigMap('{ NODE_OPTIONS: --max-old-space-size=400 }'))).toEqual([]);
  });
});
