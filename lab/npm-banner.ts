/**
 * A text without the lines that `npm run` prints before the output of a script: they are in every `npm run ... > FILE`. All else
 * stays on its line.
 */
export function withoutBanner(text: string): string {
  return text.replace(/^> [\w@/.-]+@\S+ \S+\n> .*$/gm, (banner) => banner.replace(/[^\n]/g, ''));
}
