import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Where the price table of the repository lies: dated, with a source for each price. */
export const PRICE_FILE = join(__dirname, 'prices.json');

const price = z.strictObject({
  /** USD for one unit. Of a range, what was observed in the middle. */
  usd: z.number().nonnegative(),
  /** Spot prices move: the least and the most that was seen. */
  low: z.number().nonnegative().optional(),
  high: z.number().nonnegative().optional(),
  unit: z.string().min(1),
  /** When it was read; a date where the source has one. */
  asOf: z.string().min(1),
  source: z.string().min(1),
  confidence: z.string().min(1),
});

const table = z.strictObject({ region: z.string(), note: z.string(), sources: z.record(z.string(), z.string()), prices: z.record(z.string(), price) });
const overrides = z.strictObject({ prices: z.record(z.string(), price.omit({ unit: true, source: true, confidence: true })) });

export type Price = z.output<typeof price>;

/** Prices by what they are for: `rds/db.r7g.large/multi-az`. */
export interface PriceTable {
  readonly region: string;
  readonly prices: ReadonlyMap<string, Price>;
}

/** Thrown for a price file that cannot be read. */
export class PriceFileError extends Error {
  override readonly name = 'PriceFileError';
  constructor(path: string, field: string, received: string, limit: string, options?: ErrorOptions) {
    super(`${path}${field === '' ? '' : `, ${field}`}: received ${received}, allowed is ${limit}. Correct the file: {"prices": {"ec2/m6i.xlarge": {"usd": 0.192, "asOf": "2026-07-20"}}}.`, options);
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new PriceFileError(path, '', error instanceof Error ? error.message : String(error), 'a JSON document', { cause: error });
  }
}

function parse<T extends z.ZodType>(schema: T, path: string): z.output<T> {
  const result = schema.safeParse(readJson(path));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new PriceFileError(path, issue?.path.join('.') ?? '', issue?.message ?? 'something else', 'the documented fields', { cause: result.error });
}

/**
 * The repository's prices, and over them those of a file.
 *
 * @param override path of a JSON file with the prices that are known better; only ones that the repository has
 * @throws PriceFileError
 */
export function readPrices(override?: string, path = PRICE_FILE): PriceTable {
  const { region, sources, prices } = parse(table, path);
  const merged = new Map(Object.entries(prices).map(([key, entry]) => [key, { ...entry, source: sources[entry.source] ?? entry.source }]));
  for (const [key, entry] of Object.entries(override === undefined ? {} : parse(overrides, override).prices)) {
    const known = merged.get(key);
    if (known === undefined) throw new PriceFileError(override ?? '', `prices.${key}`, JSON.stringify(key), `a price of the repository: ${[...merged.keys()].filter((name) => name.split('/')[0] === key.split('/')[0]).join(', ') || 'see lab/plan/prices.json'}`);
    // A price that is known has no range, unless the file gives one.
    merged.set(key, { unit: known.unit, source: override ?? '', confidence: 'given', ...entry });
  }
  return { region, prices: merged };
}
