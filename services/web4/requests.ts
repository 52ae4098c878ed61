import { z } from 'zod';
import { parseBase64url } from '../lib/base64url';
import { storableText } from '../lib/validation';

export const LARGEST_ID_BYTES = 256;
export const LARGEST_CONTENT_BYTES = 524_288;
export const DEFAULT_LIMIT = 20;
export const LARGEST_LIMIT = 100;

const id = storableText({ minimumBytes: 1, maximumBytes: LARGEST_ID_BYTES });
export const assetPath = z.object({ id });

const mediaTypeForm = 'must be a media type such as text/plain';
export const assetBody = z.strictObject({
  mediaType: z.string({ error: mediaTypeForm }).regex(/^[a-z0-9!#$&^_.+-]{1,63}\/[a-z0-9!#$&^_.+-]{1,63}$/, mediaTypeForm),
  content: storableText({ maximumBytes: LARGEST_CONTENT_BYTES }),
});

const limitForm = `must be a whole number, 1 to ${LARGEST_LIMIT}`;
const cursorForm = 'must be the nextCursor of an earlier page, base64url';

export const listQuery = z.strictObject({
  prefix: storableText({ maximumBytes: LARGEST_ID_BYTES }).default(''),
  limit: z.string().regex(/^([1-9]\d?|100)$/, limitForm).transform(Number).default(DEFAULT_LIMIT),
  cursor: z
    .string()
    .transform((text, context) => {
      const after = parseCursor(text);
      if (after !== undefined) return after;
      context.addIssue({ code: 'custom', message: cursorForm });
      return z.NEVER;
    })
    .default(''),
});

/** A cursor's opaque text: the last id of a page. */
export function cursorOf(lastId: string): string {
  return Buffer.from(lastId, 'utf8').toString('base64url');
}

function parseCursor(text: string): string | undefined {
  const bytes = parseBase64url(text);
  if (bytes === undefined) return undefined;
  const after = bytes.toString('utf8');
  // What was no UTF-8 comes out as something else.
  return Buffer.from(after, 'utf8').equals(bytes) && id.safeParse(after).success ? after : undefined;
}
