import { CircuitState } from 'cockatiel';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { CdnStatus } from './cdn/cdn';
import type { CacheStatus } from './layered-cache/layered-cache';

/** Exports what a layered cache is doing, beside the hits and misses of {@link Metrics}; read at each scrape. */
export function exportCacheMetrics(cache: { readonly status: CacheStatus }, cdn: { readonly status: CdnStatus | undefined }, registry: Registry): void {
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({ registers, name, help, collect() { this.set(value()); } });
  };
  const counter = (name: string, help: string, label: string, values: () => Readonly<Record<string, number | undefined>>): void => {
    new Counter({
      registers,
      name,
      help,
      labelNames: [label],
      collect() {
        this.reset();
        for (const [key, value] of Object.entries(values())) if (value !== undefined) this.inc({ [label]: key }, value);
      },
    });
  };
  gauge('cache_memory_entries', 'Entries in memory.', () => cache.status.entries);
  gauge('cache_memory_bytes', 'Upper bound of what they take.', () => cache.status.bytes);
  counter('cache_stale_answers_total', 'Answers past their life, given because the source was unavailable.', 'layer', () => ({ memory: cache.status.staleAnswers }));
  counter('cache_invalidations_total', 'Invalidations by this process, and those of others that it has heard of.', 'origin', () => ({ ...cache.status.invalidations }));
  counter('cache_errors_total', 'Calls to a layer that failed or took too long.', 'layer', () => ({ redis: cache.status.redis?.errors, cdn: cdn.status?.errors }));
  new Gauge({
    registers,
    name: 'cache_breaker_state',
    help: '0 closed, 1 letting one call through, 2 open. A layer that is not configured has no series.',
    labelNames: ['layer'],
    collect() {
      const states = { redis: cache.status.redis?.breakerState, cdn: cdn.status?.breakerState };
      for (const [layer, state] of Object.entries(states)) if (state !== undefined) this.set({ layer }, numberOf(state));
    },
  });
}

function numberOf(state: CircuitState): 0 | 1 | 2 {
  if (state === CircuitState.Closed) return 0;
  return state === CircuitState.HalfOpen ? 1 : 2;
}
