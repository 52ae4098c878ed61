/**
 * The last day of EKS's standard support for each minor version of Kubernetes, in UTC: from the day after a control plane costs six
 * times as much. As of 2026-11.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html#kubernetes-release-calendar
 */
export const eksStandardSupport: Readonly<Record<string, string>> = {
  '1.29': '2025-03-23',
  '1.30': '2025-07-23',
  '1.31': '2025-11-26',
  '1.32': '2026-03-23',
  '1.33': '2026-07-29',
  '1.34': '2026-12-02',
  '1.35': '2027-03-27',
  '1.36': '2027-08-02',
};
