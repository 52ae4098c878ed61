import { cacheFigures } from './cache';
import type { Figure } from './figure';
import { httpFigures } from './http';
import { poolReadFigures } from './pool-read';
import { shardFigures } from './shards';

/** What `npm run bench -- services` measures, in this order. */
const parts: readonly (() => Promise<readonly Figure[]>)[] = [httpFigures, cacheFigures, shardFigures, poolReadFigures];

/** How much the services' library costs. */
export async function* benchServices(): AsyncGenerator<readonly Figure[]> {
  for (const part of parts) yield await part();
}
