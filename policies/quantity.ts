const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
};

/**
 * A quantity of Kubernetes (`250m`, `256Mi`, `1e3`, 2) in its unit; NaN for what is none.
 * Grammar: k8s.io/apimachinery/pkg/api/resource/quantity.go.
 */
export function quantityOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|([eE][+-]?\d+))?$/.exec(value.trim());
  if (!match) return Number.NaN;
  const [, digits = '', suffix, exponent = ''] = match;
  return suffix === undefined ? Number(`${digits}${exponent}`) : Number(digits) * (FACTORS[suffix] ?? Number.NaN);
}
