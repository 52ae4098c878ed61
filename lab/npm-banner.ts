/**
 * A text without the lines that `npm run` prints before the output of a script: they are in every `npm run ... > FILE`. Only at the
 * start, and before JSON: anywhere else such lines are the text's own. All else stays on its line.
 */
export function withoutBanner(text: string): string {
  return text.replace(/^\s*> [\w@/.-]+@\S+ \S+\n> .*\n(?=\s*[[{])/, (banner) => banner.replace(/[^\n]/g, ''));
}
