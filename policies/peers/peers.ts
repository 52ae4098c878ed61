import { declined } from './declined';
import { manifestPeers } from './manifest-peers';
import { peerIdsOf, peerNames, type PeerIds } from './peer';
import { resourcePeers } from './resource-peers';

/** What others call our rules, by our id. */
export const peers: Readonly<Record<string, PeerIds>> = { ...manifestPeers, ...resourcePeers };

function idsByPeer(ids: PeerIds): string {
  const all = peerIdsOf(ids);
  return peerNames.filter((name) => ids[name] !== undefined).map((name) => `${name} ${all.filter(({ peer }) => peer === name).map(({ id }) => `\`${id}\``).join(', ')}`).join('; ');
}

/** What others call a rule of ours, as Markdown; undefined where nobody else has it. */
export function elsewhereMarkdown(rule: string): string | undefined {
  const ids = peers[rule];
  return ids && `Elsewhere: ${idsByPeer(ids)}.`;
}

/** What others find and we do not, as Markdown. */
export function declinedMarkdown(): string {
  const rows = declined.map(({ ids, demand, reason }) => `| ${demand} | ${idsByPeer(ids)} | ${reason} |`);
  return ['## What others find and this does not', '', '| what they ask for | who | why not here |', '|---|---|---|', ...rows].join('\n');
}
