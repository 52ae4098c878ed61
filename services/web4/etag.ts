import type { Request } from 'express';
import { HttpProblem } from '../lib/problem';
import type { Asset, AssetState, Condition } from './store';

/** A strong ETag: it names one state of one asset, since a version is written once. */
export function etagOf({ generation, version }: Pick<Asset, 'generation' | 'version'>): string {
  return `"${generation}-${version}"`;
}

const LIST = /^\s*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:\s*,\s*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")*\s*$/;
const OWN = /^(?:W\/)?"(\d{1,19})-(\d{1,19})"$/;
const LARGEST = 2n ** 63n - 1n;
const form = 'must be * or a list of ETags such as "7-1"';

function tagsOf(request: Request, header: 'If-Match' | 'If-None-Match'): readonly string[] | '*' | undefined {
  const text = request.get(header);
  if (text === undefined) return undefined;
  if (text.trim() === '*') return '*';
  if (text.length > 4_096 || !LIST.test(text)) throw new HttpProblem({ status: 400, detail: `${header} ${form}`, field: header });
  return text.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

/** Whether the client has this answer already (RFC 9110, 13.1.2: compared weakly). @throws HttpProblem 400 */
export function isNotModified(request: Request, etag: string): boolean {
  const tags = tagsOf(request, 'If-None-Match');
  if (tags === undefined) return false;
  return tags === '*' || tags.some((tag) => tag.replace(/^W\//, '') === etag);
}

/** What the client asks of the asset that it writes. @throws HttpProblem 400 */
export function conditionOf(request: Request): Condition {
  const match = tagsOf(request, 'If-Match');
  const noneMatch = tagsOf(request, 'If-None-Match');
  if (match !== undefined && noneMatch !== undefined) throw new HttpProblem({ status: 400, detail: 'If-Match and If-None-Match together ask for nothing that can be; send one', field: 'If-None-Match' });
  if (noneMatch !== undefined) {
    if (noneMatch === '*') return { kind: 'none' };
    throw new HttpProblem({ status: 400, detail: 'If-None-Match of a write must be *: to create, and never to replace', field: 'If-None-Match' });
  }
  if (match === undefined) return { kind: 'always' };
  if (match === '*') return { kind: 'any' };
  // Those that no asset of ours had never match. A weak one of ours does, unlike RFC 9110's: a CDN or nginx that compresses
  // an answer weakens its tag, and the state that it names is one all the same.
  return { kind: 'one-of', states: match.map(stateOf).filter((state) => state !== undefined) };
}

function stateOf(tag: string): AssetState | undefined {
  const [, generation, version] = OWN.exec(tag) ?? [];
  if (generation === undefined || version === undefined) return undefined;
  return BigInt(generation) <= LARGEST && BigInt(version) <= LARGEST ? { generation, version } : undefined;
}
