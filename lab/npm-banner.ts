/**
 * A text without the lines that `npm run` prints before the output of a script: they are in every `npm run ... > FILE`. What
 * follows stays on its line.
 */
export function withoutBanner(text: string): string;
export function withoutBanner(text: string | undefined): string | undefined;
export function withoutBanner(text: string | undefined): string | undefined {
  return text?.replace(/^\s*> [\w@/.-]+@\S+ \S+\n> .*\n/, (banner) => banner.replace(/[^\n]/g, ''));
}
