import { objectsIn } from './rule-testing';
import { podTemplateOf } from './pod-template';
import { requestsOf, type Amounts } from './pod-requests';

function of(spec: string, metadata = ''): Amounts {
  const [pod] = objectsIn(`{ apiVersion: v1, kind: Pod, metadata: { name: web, ${metadata} }, spec: { ${spec} } }`).map(podTemplateOf);
  if (!pod) throw new Error('no pod');
  return requestsOf(pod);
}
const container = (cpu: string, memory: string, more = ''): string => `{ name: c, resources: { requests: { cpu: ${cpu}, memory: ${memory} } } ${more} }`;
const sidecar = container('100m', '64Mi', ', restartPolicy: Always');

it.each([
  ['containers add up', `containers: [${container('250m', '256Mi')}, ${container('1', '1Gi')}]`, '', 1_250, 1_280],
  ['fractions of a core are as they are written', `containers: [${container('9m', '256Mi')}]`, '', 9, 256],
  ['a limit stands for a request that is left out', 'containers: [{ name: c, resources: { limits: { cpu: 2, memory: 1Gi } } }]', '', 2_000, 1_024],
  ['nothing is asked for nothing', 'containers: [{ name: c }]', '', 0, 0],
  ['an init container counts where it is larger', `initContainers: [${container('2', '64Mi')}], containers: [${container('250m', '256Mi')}]`, '', 2_000, 256],
  ['init containers come one after another', `initContainers: [${container('200m', '64Mi')}, ${container('200m', '64Mi')}], containers: [${container('250m', '256Mi')}]`, '', 250, 256],
  ['a sidecar runs beside the others', `initContainers: [${sidecar}], containers: [${container('250m', '256Mi')}]`, '', 350, 320],
  ['and beside the init containers after it', `initContainers: [${container('400m', '1Mi')}, ${sidecar}, ${container('400m', '1Mi')}], containers: [${container('250m', '256Mi')}]`, '', 500, 320],
  ['an injected sidecar as annotations say', `containers: [${container('250m', '256Mi')}]`, 'annotations: { sidecar.istio.io/proxyCPU: 100m, sidecar.istio.io/proxyMemory: 128Mi }', 350, 384],
  ['and none where it is not injected', `containers: [${container('250m', '256Mi')}]`, 'labels: { sidecar.istio.io/inject: "false" }, annotations: { sidecar.istio.io/proxyCPU: 100m }', 250, 256],
  ['a request of the whole pod', `resources: { requests: { cpu: 3 } }, containers: [${container('250m', '256Mi')}]`, '', 3_000, 256],
  ['overhead', `overhead: { cpu: 50m, memory: 10Mi }, containers: [${container('250m', '256Mi')}]`, '', 300, 266],
])('%s', (_, spec, metadata, cpuMillis, memoryMiB) => {
  expect(of(spec, metadata)).toEqual({ cpuMillis, memoryMiB });
});
