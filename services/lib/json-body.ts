import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import { jsonErrorPosition } from './json-position';
import { BODY_LIMIT_BYTES, HttpProblem, tooLarge } from './problem';

/** Brackets within brackets. No body of ours has more than two; a megabyte of them would keep the parser busy for a quarter of a second. */
export const LARGEST_DEPTH = 64;

const requireJson: RequestHandler = (request, _response, next) => {
  // `is` gives null for a request without a body, which validation then reports.
  if (request.is('application/json') === false) {
    throw new HttpProblem({ status: 415, detail: 'body must be sent as Content-Type: application/json', headers: { Accept: 'application/json' } });
  }
  const charset = /;\s*charset\s*=\s*"?([^;"\s]*)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8') throw new HttpProblem({ status: 415, detail: 'body must be UTF-8' });
  // Known at once: nobody is to send all of it first. What comes of it is read and thrown away.
  if (Number(request.headers['content-length']) > BODY_LIMIT_BYTES) throw tooLarge();
  next();
};

const parse: RequestHandler = (request, _response, next) => {
  if (Buffer.isBuffer(request.body)) request.body = parsed(request.body);
  next();
};

/** Reads a body of JSON into `request.body`, or answers 400, 413 or 415. */
export const jsonBody: readonly RequestHandler[] = [requireJson, express.raw({ limit: BODY_LIMIT_BYTES, inflate: false, type: 'application/json' }), parse];

function parsed(body: Buffer): unknown {
  if (!isUtf8(body)) throw new HttpProblem({ status: 400, detail: 'body must be UTF-8' });
  if (isDeeper(body, LARGEST_DEPTH)) throw new HttpProblem({ status: 400, detail: `body is nested deeper than ${LARGEST_DEPTH} levels` });
  const text = body.toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HttpProblem({ status: 400, detail: `body is not valid JSON at position ${jsonErrorPosition(text)}` }, error);
  }
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [...Buffer.from('"\\[]{}')];

/** Whether more than so many brackets are open at one place; brackets within strings are text. */
function isDeeper(json: Buffer, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < json.length; index += 1) {
    const byte = json[index];
    if (byte === QUOTE) inString = !inString;
    else if (inString) index += byte === BACKSLASH ? 1 : 0;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth += 1;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}
