import { isIPv4 } from 'node:net';

/** An IPv4 block as numbers, both ends included. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** `10.0.4.7/22` counts as the block that it lies in, 10.0.4.0/22. */
export function rangeOf(block: string): AddressRange {
  const [address = '', bits = '32'] = block.split('/');
  const size = 2 ** (32 - Number(bits));
  const first = isIPv4(address) ? Math.floor(toNumber(address) / size) * size : NaN;
  return { first, last: first + size - 1 };
}

/** The block of `bits` fixed bits that begins at an address. */
export function blockAt(first: number, bits: number): string {
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${bits}`;
}

export function overlaps(a: AddressRange, b: AddressRange): boolean {
  return a.first <= b.last && b.first <= a.last;
}
