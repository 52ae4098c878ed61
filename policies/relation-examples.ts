/** Documents for the examples of rules about several objects, each beginning with its separator. */

function document(apiVersion: string, kind: string, name: string, fields: string): string {
  return `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop }\n${fields.trim()}\n`;
}

/** @param spec more of its spec, as lines indented by 2 */
export function exampleAutoscaler(spec: string): string {
  return document('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', `spec:\n  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }\n  ${spec.trim()}`);
}

export function exampleService(ports: string, more = ''): string {
  return document('v1', 'Service', 'web', `spec:\n  selector: { app: web }${more && `\n  ${more}`}\n  ports: [${ports}]`);
}

export function exampleBudget(spec: string): string {
  return document('policy/v1', 'PodDisruptionBudget', 'web', `spec:\n  selector: { matchLabels: { app: web } }\n  ${spec}`);
}

export function exampleDestination(spec: string): string {
  return document('networking.istio.io/v1', 'DestinationRule', 'web', `spec:\n  host: web\n  ${spec.trim()}`);
}

/** @param http the list of routes, as lines indented by 4 */
export function exampleRoutes(http: string, name = 'web'): string {
  return document('networking.istio.io/v1', 'VirtualService', name, `spec:\n  hosts: [web]\n  http:\n    ${http.trim()}`);
}

export function exampleRole(rules: string): string {
  return document('rbac.authorization.k8s.io/v1', 'Role', 'web', `rules:\n  - ${rules}`);
}

export function exampleConfigMap(data: string, name = 'web'): string {
  return document('v1', 'ConfigMap', name, `data: ${data}`);
}
