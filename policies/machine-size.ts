/** What a machine of AWS has. */
export interface MachineSize {
  readonly cores: number;
  readonly memoryGiB: number;
}

/** GiB for each virtual core, by the letter of a family: compute, general, memory. */
const MEMORY_PER_CORE: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

/** Burstable types have sizes of their own (T3, T3a and T4g). */
const BURSTABLE: Readonly<Record<string, MachineSize>> = {
  nano: { cores: 2, memoryGiB: 0.5 }, micro: { cores: 2, memoryGiB: 1 }, small: { cores: 2, memoryGiB: 2 }, medium: { cores: 2, memoryGiB: 4 },
  large: { cores: 2, memoryGiB: 8 }, xlarge: { cores: 4, memoryGiB: 16 }, '2xlarge': { cores: 8, memoryGiB: 32 },
};

/** Virtual cores of `medium` to `48xlarge`; undefined for others, bare metal among them. */
function coresOf(size: string): number | undefined {
  if (size === 'medium') return 1;
  if (size === 'large') return 2;
  const times = /^(\d*)xlarge$/.exec(size)?.[1];
  return times === undefined ? undefined : 4 * (times === '' ? 1 : Number(times));
}

/**
 * The size of an EC2 instance type or RDS instance class, as its name tells: `m6i.xlarge`, `db.r7g.large`. From generation 5 on,
 * AWS gives each family one ratio of memory to cores (https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html).
 * Undefined for types that follow no ratio (c5n), and for all that are not known to.
 */
export function machineSizeOf(type: string): MachineSize | undefined {
  const [, family = '', generation = '', attributes = '', size = ''] = /^(?:db\.)?([a-z])(\d)([a-z]*(?:-flex)?)\.(\w+)$/.exec(type) ?? [];
  if (family === 't') return ['3', '3a', '4g'].includes(generation + attributes) ? BURSTABLE[size] : undefined;
  const [cores, memoryPerCore] = [coresOf(size), MEMORY_PER_CORE[family]];
  if (cores === undefined || memoryPerCore === undefined || Number(generation) < 5 || (family === 'c' && generation + attributes === '5n')) return undefined;
  return { cores, memoryGiB: cores * memoryPerCore };
}
