import type { ServerResponse } from 'node:http';

/**
 * Answers JSON that is text already, as a cache holds it: nothing is serialized or looked up anew, which is most of what
 * Express's `json()` costs. Headers and the status that were set before are sent too.
 *
 * @param bytes length of the text in UTF-8. @default counted
 */
export function sendJsonText(response: ServerResponse, text: string, bytes = Buffer.byteLength(text)): void {
  response.writeHead(response.statusCode, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': bytes });
  response.end(text);
}
