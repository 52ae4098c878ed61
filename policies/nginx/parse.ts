/** A directive of a configuration: `listen 8080 default_server;`, or `server { ... }`. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  /** From 1, in its file. */
  readonly line: number;
  /** The file that holds it: a key of the ConfigMap. */
  readonly file: string;
  /** What is between its braces; undefined for a directive that ends in a semicolon. */
  readonly block: readonly Directive[] | undefined;
}

/** Why nginx would not read a file, and where. */
export interface NginxFault {
  readonly message: string;
  readonly line: number;
}

export interface ParsedNginx {
  readonly directives: readonly Directive[];
  readonly fault: NginxFault | undefined;
}

type Token = { readonly kind: 'word'; readonly text: string; readonly line: number } | { readonly kind: ';' | '{' | '}'; readonly line: number };

class NginxError extends Error {
  constructor(message: string, readonly line: number) {
    super(message);
  }
}

/** The words and marks of a file, as ngx_conf_read_token reads them. */
class Tokenizer {
  private position = 0;
  private line = 1;

  constructor(private readonly text: string) {}

  next(): Token | undefined {
    this.skipBlanks();
    const line = this.line;
    const character = this.text[this.position];
    if (character === undefined) return undefined;
    if (character === ';' || character === '{' || character === '}') {
      this.position++;
      return { kind: character, line };
    }
    const text = character === '"' || character === "'" ? this.quoted(character) : this.bare();
    return { kind: 'word', text, line };
  }

  /** The code between the braces of a `..._by_lua_block`, which follows no grammar of nginx. */
  skipCode(): void {
    const start = this.line;
    for (let depth = 1; depth > 0; this.advance()) {
      const character = this.text[this.position];
      if (character === undefined) throw new NginxError('a block is not closed', start);
      if (character === '{') depth++;
      if (character === '}') depth--;
    }
  }

  private advance(): void {
    if (this.text[this.position] === '\n') this.line++;
    this.position++;
  }

  private skipBlanks(): void {
    for (;;) {
      const character = this.text[this.position];
      if (character === '#') while (this.position < this.text.length && this.text[this.position] !== '\n') this.position++;
      else if (character !== undefined && /\s/.test(character)) this.advance();
      else return;
    }
  }

  private quoted(quote: string): string {
    const start = this.line;
    let text = '';
    this.position++;
    for (;;) {
      const character = this.text[this.position];
      if (character === undefined) throw new NginxError(`a text that begins with ${quote} is not closed`, start);
      if (character === quote) break;
      text += this.character(character, true);
    }
    this.position++;
    const after = this.text[this.position];
    if (after !== undefined && !/[\s;{)]/.test(after)) throw new NginxError(`unexpected ${JSON.stringify(after)} after a text in quotes`, this.line);
    return text;
  }

  private bare(): string {
    let text = '';
    for (;;) {
      const character = this.text[this.position];
      if (character === undefined || /\s/.test(character) || character === ';') return text;
      // `${name}` is a variable; any other brace begins a block.
      if (character === '{' && !text.endsWith('$')) return text;
      text += this.character(character, false);
    }
  }

  /** Takes one character, or one that a backslash hides. In quotes a backslash before a quote or itself is dropped. */
  private character(character: string, isQuoted: boolean): string {
    this.advance();
    const hidden = character === '\\' ? this.text[this.position] : undefined;
    if (hidden === undefined) return character;
    this.advance();
    return isQuoted && /["'\\]/.test(hidden) ? hidden : `\\${hidden}`;
  }
}

class Parser {
  private readonly tokens: Tokenizer;

  constructor(
    private readonly file: string,
    text: string,
  ) {
    this.tokens = new Tokenizer(text);
  }

  /** @param opened the line of the brace that this block ends; undefined for the file itself */
  block(opened: number | undefined): Directive[] {
    const directives: Directive[] = [];
    for (;;) {
      const token = this.tokens.next();
      if (token === undefined) {
        if (opened !== undefined) throw new NginxError('a block is not closed', opened);
        return directives;
      }
      if (token.kind === '}') {
        if (opened === undefined) throw new NginxError('unexpected "}"', token.line);
        return directives;
      }
      if (token.kind !== 'word') throw new NginxError(`unexpected "${token.kind}"`, token.line);
      directives.push(this.directive(token.text, token.line));
    }
  }

  private directive(name: string, line: number): Directive {
    const args: string[] = [];
    for (;;) {
      const token = this.tokens.next();
      if (token === undefined || token.kind === '}') throw new NginxError(`directive "${name}" is not ended by ";"`, line);
      if (token.kind === 'word') args.push(token.text);
      else return { name, args, line, file: this.file, block: token.kind === '{' ? this.blockOf(name, token.line) : undefined };
    }
  }

  private blockOf(name: string, line: number): readonly Directive[] {
    if (!name.endsWith('_by_lua_block')) return this.block(line);
    this.tokens.skipCode();
    return [];
  }
}

/** Reads a configuration of nginx, or the part of one that is in one file. It never throws. */
export function parseNginx(file: string, text: string): ParsedNginx {
  try {
    return { directives: new Parser(file, text).block(undefined), fault: undefined };
  } catch (error) {
    if (error instanceof NginxError) return { directives: [], fault: { message: error.message, line: error.line } };
    throw error;
  }
}
