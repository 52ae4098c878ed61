import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { definePlatform } from '../../platform/define-platform';
import { rechain } from '../../platform/rechain';
import { evenShardMap } from '../../platform/shard-map';
import type { Platform } from '../../platform/spec';
import { planEnvironment } from '../plan/plan-environment';
import { readPrices } from '../plan/prices';
import { testConfig } from '../plan/testing';
import { type Figure, figure, time } from './figure';

const HALF = 100;
const ALL = 200;

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

/** The second hundred of shards against the first: what grows faster than they do makes it dearer. */
async function linearity(): Promise<Figure> {
  // Classes are loaded when they are first used.
  await planMillis([1], 1);
  const [one = NaN, half = NaN, all = NaN] = await planMillis([1, HALF, ALL], 3);
  return figure({ name: `planning a shard of the second ${ALL - HALF}`, value: (all - half) / (ALL - HALF), unit: 'ms', baseline: { name: `of the first ${HALF}`, value: (half - one) / (HALF - 1) }, bar: { atMost: 1.5 } });
}

function wholeProcess(): Figure {
  const root = join(__dirname, '../..');
  const run = (...args: readonly string[]) => time(() => {
    const { status, stderr } = spawnSync(args[0] ?? '', args.slice(1), { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
    if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  });
  const plan = (): number => run('npm', 'run', '--silent', 'plan', '--', '--env', 'production');
  plan();
  // In turns: a slow moment of the machine meets both.
  const turns = Array.from({ length: 7 }, () => ({ library: run(process.execPath, '--eval', "require('@pulumi/pulumi')"), plan: plan() }));
  const middle = (values: readonly number[]): number => [...values].sort((x, y) => x - y)[Math.floor(values.length / 2)] ?? NaN;
  return figure({ name: 'npm run plan as a whole process', value: middle(turns.map((turn) => turn.plan)), unit: 'ms', baseline: { name: "node that loads '@pulumi/pulumi'", value: middle(turns.map(({ library }) => library)) }, bar: { atMost: 4 } });
}

/** How fast a plan is made. */
export async function planFigures(): Promise<readonly Figure[]> {
  return [wholeProcess(), await linearity()];
}
