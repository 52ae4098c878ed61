/**
 * The rules that look at several objects or resources together, by id: alone, what they look for would seem to be missing. They wait
 * for the whole stack; all others refuse a resource before it is made. `schema` is not among them, though a definition in the stack
 * may make a kind known: over all objects it would end at the first secret that it reads.
 */
export const needsOthers: ReadonlySet<string> = new Set([
  'unique-object', 'reference-exists', 'secret-key-provided', 'service-account-token',
  'no-fixed-replicas-with-hpa', 'one-hpa-per-target', 'pods-metric-has-adapter-rule', 'hpa-target-exists', 'hpa-resource-requested', 'hpa-counts-container',
  'pdb-selects-pod', 'pdb-allows-eviction', 'workload-has-pdb', 'two-replicas', 'three-replicas', 'rolling-update', 'spread', 'readiness-probe', 'liveness-probe',
  'service-selects-pod', 'service-target-port', 'service-port-protocol', 'network-policy-selects-pod', 'pod-has-network-policy',
  'subset-selects-pod', 'virtual-service-host-exists', 'route-destination-exists', 'route-subset-exists', 'one-virtual-service-per-host', 'outlier-detection',
  'destination-tls-agrees', 'one-protocol-per-port', 'no-proxy-user-id', 'nginx-upstream-exists', 'nginx-identity-header', 'nginx-mesh-host',
  'hpa-pods-of-its-own', 'heap-below-memory-target', 'startup-probe', 'pre-stop', 'namespace-exists', 'destination-rule-host-exists', 'nginx-mesh-http-version', 'nginx-real-ip', 'nginx-limit-fits-targets',
  'budget-present', 'bucket-access-log', 'bucket-not-public', 'bucket-tls-only', 'bucket-versioned', 'cdn-logs', 'database-subnets-private',
  'default-security-group-closed', 'managed-secret-rotation', 'network-flow-logs', 'no-open-ingress', 'security-group-rules-in-one-place',
]);

/** About the order of documents in files, which a stack has not: the engine makes what others depend on first. */
export const needsFiles: ReadonlySet<string> = new Set(['subset-before-route']);

/** Those that miss pods which something selects: one whose labels are not known may be what they look for. */
export const seekPods: ReadonlySet<string> = new Set(['service-selects-pod', 'subset-selects-pod', 'pdb-selects-pod', 'network-policy-selects-pod']);
