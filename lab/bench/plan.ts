import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { definePlatform } from '../../platform/define-platform';
import { rechain } from '../../platform/rechain';
import { evenShardMap } from '../../platform/shard-map';
import type { Platform } from '../../platform/spec';
import { planEnvironment } from '../plan/plan-environment';
import { readPrices } from '../plan/prices';
import { testConfig } from '../plan/testing';
import { type Figure, figure, median } from './figure';

const FEW = 20;
const MANY = 200;

function withShards(count: number): Platform {
  const shards = { ...rechain.data.shards, count, map: evenShardMap(count) };
  return definePlatform({ ...rechain, data: { ...rechain.data, shards } });
}

/** Milliseconds of a plan with each number of shards, the least of several: growth is asked for, not the machine's mood. */
async function planMillis(counts: readonly number[], runs: number): Promise<readonly number[]> {
  const prices = readPrices();
  const times = counts.map((count) => ({ catalog: withShards(count), least: Infinity }));
  for (let run = 0; run < runs; run++) {
    // In turns, so that a slow moment meets all of them.
    for (const entry of times) {
      const start = process.hrtime.bigint();
      await planEnvironment({ environment: 'production', config: testConfig, prices, catalog: entry.catalog });
      entry.least = Math.min(entry.least, Number(process.hrtime.bigint() - start) / 1e6);
    }
  }
  return times.map(({ least }) => least);
}

async function linearity(): Promise<Figure> {
  // What the other resources cost is the same in all: the difference is the shards'.
  const [none = NaN, few = NaN, many = NaN] = await planMillis([1, FEW + 1, MANY + 1], 2);
  return figure({ name: `planning a shard among ${MANY}`, value: (many - none) / MANY, unit: 'ms', baseline: { name: `among ${FEW}`, value: (few - none) / FEW }, bar: { atMost: 1.5 } });
}

function wholeProcess(): Figure {
  const root = join(__dirname, '../..');
  const run = (args: readonly string[]) => () => {
    const { status, stderr } = spawnSync(args[0] ?? '', args.slice(1), { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  };
  const plan = run(['npm', 'run', '--silent', 'plan', '--', '--env', 'production']);
  plan();
  const library = run([process.execPath, '--eval', "require('@pulumi/pulumi')"]);
  return figure({ name: 'npm run plan as a whole process', value: median(5, plan), unit: 'ms', baseline: { name: "node that loads '@pulumi/pulumi'", value: median(5, library) }, bar: { atMost: 4 } });
}

/** How fast a plan is made. */
export async function planFigures(): Promise<readonly Figure[]> {
  return [wholeProcess(), await linearity()];
}
