/**
 * A Pod for the examples of rules.
 * @param container a line or more of YAML in its one container, indented by 6
 * @param spec the same in the pod's spec, indented by 2
 */
export function examplePod(container: string, spec = ''): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:${spec && `\n  ${spec}`}
  containers:
    - name: web
      image: registry.example.com/web:1.0${container && `\n      ${container}`}
`;
}

/**
 * A Deployment for the examples of rules.
 * @param spec a line or more of YAML in its spec, indented by 2
 * @param podSpec the same in the spec of its pods, indented by 6
 */
export function exampleDeployment(spec: string, podSpec = ''): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:${spec && `\n  ${spec}`}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:${podSpec && `\n      ${podSpec}`}
      containers: [{ name: web, image: registry.example.com/web:1.0, ports: [{ name: http, containerPort: 8080 }] }]
`;
}

/** The same with a ConfigMap as one of the pods' volumes. */
export function exampleConfigMapVolume(configMap: string): string {
  return exampleDeployment('', `volumes: [{ name: files, configMap: { name: ${configMap} } }]`);
}
