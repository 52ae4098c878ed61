const SCALE = 18;

/** The exact sum of decimal strings with at most 18 decimals, without trailing zeros: `["1.5", "-0.25"]` gives `1.25`. */
export function sumOfDecimals(texts: readonly string[]): string {
  const sum = texts.reduce((total, text) => total + unitsOf(text), 0n);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(SCALE + 1, '0');
  const decimals = digits.slice(-SCALE).replace(/0+$/, '');
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -SCALE)}${decimals === '' ? '' : `.${decimals}`}`;
}

function unitsOf(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,18}))?$/.exec(text);
  if (match === null) throw new RangeError(`"${text}" is no decimal with at most ${SCALE} decimals`);
  const [, sign, whole = '', decimals = ''] = match;
  const units = BigInt(whole + decimals.padEnd(SCALE, '0'));
  return sign === '-' ? -units : units;
}
