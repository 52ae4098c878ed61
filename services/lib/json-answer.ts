import type { ServerResponse } from 'node:http';

/**
 * Answers JSON that is text already, as a cache holds it: nothing is serialized or looked up anew, which is most of what
 * Express's `json()` costs. Headers that were set before are sent too.
 */
export function sendJsonText(response: ServerResponse, text: string, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}
