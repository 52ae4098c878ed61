/**
 * A resource for the examples of rules, as an element of a YAML list.
 * @param inputs YAML in braces
 * @param dependencies URNs, `<type>::<name>`
 */
export function exampleResource(type: string, name: string, inputs: string, dependencies: readonly string[] = []): string {
  const needed = dependencies.length === 0 ? '' : `  dependencies: [${dependencies.map((urn) => JSON.stringify(urn)).join(', ')}]\n`;
  return `- type: ${type}\n  name: ${name}\n  inputs: ${inputs}\n${needed}`;
}

/** Makes examples of one type. */
export function exampleOf(type: string): (inputs: string) => string {
  return (inputs) => exampleResource(type, 'example', inputs);
}
