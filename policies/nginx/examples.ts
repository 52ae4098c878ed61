/**
 * A ConfigMap with an nginx.conf for the examples of rules.
 * @param lines what is inside `http`
 */
export function exampleNginx(...lines: readonly string[]): string {
  return `
apiVersion: v1
kind: ConfigMap
metadata: { name: gateway, namespace: shop }
data:
  nginx.conf: |
    events {}
    http {
${lines.flatMap((line) => line.split('\n')).map((line) => `      ${line}`).join('\n')}
    }
`;
}

/** The same with one server that holds these lines. */
export function exampleServer(...lines: readonly string[]): string {
  return exampleNginx('server {', ...lines.flatMap((line) => line.split('\n')).map((line) => `  ${line}`), '}');
}
