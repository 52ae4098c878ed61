/** @returns undefined for anything but the one right spelling: Node skips what it cannot read, and spare bits */
export function parseBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}
