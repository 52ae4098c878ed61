import type { ContainerEnvironment } from './container-environment';
import { parseImage } from './image-reference';
import { textOf, type Fields } from './narrow';

/** What keeps a heap that grows until it is told, or by itself finds, where to stop. */
export type ManagedRuntime = 'node' | 'java' | 'go';

/** What tells a runtime: how a command begins or goes on in a shell, the last part of an image's name, a variable that is read by it alone. */
const SIGNS: readonly { readonly runtime: ManagedRuntime; readonly command: RegExp; readonly image: RegExp; readonly variable: RegExp }[] = [
  { runtime: 'node', command: /^(?:\S*\/)?(?:node|npm|npx|pnpm|yarn)(?:\s|$)|\bnode\s(?:.*\s)?\S+\.[cm]?js\b/, image: /^node$|nodejs/, variable: /^NODE_(?:OPTIONS|ENV)$/ },
  { runtime: 'java', command: /^(?:\S*\/)?java(?:\s|$)|\bjava\s+-/, image: /(?:jdk|jre|temurin|corretto|^java$)/, variable: /^(?:.*_)?(?:JAVA|JVM|CATALINA)(?:_TOOL)?_(?:OPTS|OPTIONS)$/ },
  { runtime: 'go', command: /^(?:\S*\/)?go\s+run\b/, image: /^golang$/, variable: /^(?:GOGC|GOMEMLIMIT|GOMAXPROCS|GODEBUG)$/ },
];

/** The runtime of a container's program by its command line, its variables, or its image; undefined where none of them tells. */
export function managedRuntimeOf({ image }: Fields, commandLine: string, environment: ContainerEnvironment): ManagedRuntime | undefined {
  const imageName = parseImage(textOf(image) ?? '')?.repository.split('/').at(-1) ?? '';
  const names = [...environment.keys()];
  return SIGNS.find((sign) => sign.command.test(commandLine) || names.some((name) => sign.variable.test(name)) || sign.image.test(imageName))?.runtime;
}
