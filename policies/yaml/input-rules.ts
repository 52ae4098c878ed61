import type { RuleDescription } from '../finding';

/** What must hold of files before rules can look at the objects in them. */

/** A file or document that no YAML reader takes. */
export const readableYaml: RuleDescription = {
  id: 'readable-yaml',
  title: 'Files are readable YAML',
  why: 'What cannot be read is not checked, and kubectl refuses it. Of a key written twice one value is lost without a word.',
  good: `
apiVersion: v1
kind: ConfigMap
metadata: { name: web, namespace: shop }
data: { color: green }
`,
  bad: `
apiVersion: v1
kind: ConfigMap
metadata: { name: web, namespace: shop }
data: { color: green, color: blue }
`,
  remedy: 'Correct the YAML at this line and column.',
};

/** A template that was to be rendered first. */
export const renderedTemplate: RuleDescription = {
  id: 'rendered-template',
  title: 'Templates are rendered before they are checked',
  why: 'A template is not what the cluster gets: what its expressions become cannot be checked.',
  good: `
apiVersion: v1
kind: ConfigMap
metadata: { name: web, namespace: shop }
data: { color: green }
`,
  bad: `
apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }}, namespace: shop }
data: { color: {{ .Values.color }} }
`,
  remedy: 'Render the chart, and check what comes out: helm template NAME CHART | npm run policy -- -',
};

/** A document that does not say which object it is. */
export const objectIdentity: RuleDescription = {
  id: 'object-identity',
  title: 'Every document says which object it is',
  why: 'Without apiVersion, kind and name the API server refuses a document, and no rule can tell what it is about.',
  good: `
apiVersion: v1
kind: ConfigMap
metadata: { name: web, namespace: shop }
`,
  bad: `
apiVersion: v1
metadata: { name: web, namespace: shop }
`,
  remedy: 'Add the field; leave a file out that is neither a manifest nor a plan of npm run plan -- --json.',
};

/** Everything that reading can find. */
export const inputRules: readonly RuleDescription[] = [readableYaml, renderedTemplate, objectIdentity];
