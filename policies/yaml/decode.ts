/** The text in the bytes of a file; undefined where they are no UTF-8 text, as in an image or an archive. */
export function decodeText(bytes: Uint8Array): string | undefined {
  // YAML forbids this byte, and UTF-8 allows it.
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
