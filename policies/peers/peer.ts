/** Where else a rule of ours is known: tools, what a cluster itself reports, and lists of what must hold. */
export const peerNames = ['kube-score', 'kube-linter', 'Polaris', 'Checkov', 'Trivy', 'Kubescape', 'istioctl', 'Gixy', 'Kubernetes', 'AWS Security Hub', 'Pulumi AWSGuard'] as const;
export type PeerName = (typeof peerNames)[number];

/** The ids by which others know something, with spaces between them. */
export type PeerIds = Readonly<Partial<Record<PeerName, string>>>;

/** What others find and we do not. */
export interface Declined {
  readonly ids: PeerIds;
  readonly demand: string;
  readonly reason: string;
}

/** One id of one peer. */
export interface PeerId {
  readonly peer: PeerName;
  readonly id: string;
}

/** The ids one by one, in the order of {@link peerNames}. */
export function peerIdsOf(ids: PeerIds): readonly PeerId[] {
  return peerNames.flatMap((peer) => (ids[peer] ?? '').split(' ').filter((id) => id !== '').map((id) => ({ peer, id })));
}
