import type { ServiceProcess } from '../lib/testing/service-process';

/** The value of a series, NaN for one that is not exported. */
export async function metric(process: ServiceProcess, series: string): Promise<number> {
  return metricSum(process, `${series} `);
}

/** Sum of all series whose lines begin so, NaN when none does: a series may appear on first use. */
export async function metricSum({ metricsUrl }: ServiceProcess, prefix: string): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(prefix));
  return lines.length === 0 ? NaN : lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
