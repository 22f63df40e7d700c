/** What stands between `{{` and `}}` in the template of a request. `secret.NAME` besides. */
export const PLACEHOLDERS = ["to", "toDigits", "to00", "from", "text", "id", "callbackUrl", "validitySeconds"] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** Undefined values become empty, or leave out the JSON field whose whole value they are. */
export type TemplateValues = Readonly<Record<Placeholder, string | undefined>>;

type Part = { readonly literal: string } | { readonly placeholder: Placeholder } | { readonly secret: string };

export class TemplateInvalid extends Error {
  override readonly name = "TemplateInvalid";
  readonly code = "template_invalid";
}

function parseTemplate(text: string): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (;;) {
    const open = text.indexOf("{{", from);
    if (open === -1) break;
    const close = text.indexOf("}}", open);
    if (close === -1) throw new TemplateInvalid(`{{ at position ${open} is not closed by }}`);
    if (open > from) parts.push({ literal: text.slice(from, open) });
    parts.push(placeholderPart(text.slice(open + 2, close).trim()));
    from = close + 2;
  }
  if (from < text.length) parts.push({ literal: text.slice(from) });
  return parts;
}

function placeholderPart(name: string): Part {
  if (/^secret\.\w{1,64}$/.test(name)) return { secret: name.slice("secret.".length) };
  const placeholder = PLACEHOLDERS.find((known) => known === name);
  if (placeholder !== undefined) return { placeholder };
  const known = PLACEHOLDERS.map((each) => `{{${each}}}`).join(", ");
  throw new TemplateInvalid(`{{${name.slice(0, 40)}}} is no placeholder; use ${known} or {{secret.NAME}}`);
}

/** Names of the secrets that a template needs. Throws TemplateInvalid for a placeholder that is unknown or not closed. */
export function secretsOf(text: string): readonly string[] {
  return parseTemplate(text).flatMap((part) => ("secret" in part ? [part.secret] : []));
}

/** The placeholders, besides secrets, that a template has. */
export function placeholdersOf(text: string): readonly Placeholder[] {
  return parseTemplate(text).flatMap((part) => ("placeholder" in part ? [part.placeholder] : []));
}

/** Fills a template; `fit` makes each value fit the place where it stands. */
export function compileText(
  text: string,
  secrets: Readonly<Record<string, string>>,
  fit: (value: string) => string,
): (values: TemplateValues) => string {
  const parts = parseTemplate(text).map((part) => {
    if ("secret" in part) return fit(secrets[part.secret] ?? "");
    return "literal" in part ? part.literal : part;
  });
  return (values) => {
    let filled = "";
    for (const part of parts) filled += typeof part === "string" ? part : fit(values[part.placeholder] ?? "");
    return filled;
  };
}

export const asIs = (value: string): string => value;

/** Marks a JSON field that is left out. */
const ABSENT = Symbol("absent");
type Filler = (values: TemplateValues) => unknown;

/** Fills the texts inside a JSON value: the value is built and then written, so that no text can break out of its place. */
export function compileJson(
  template: unknown,
  secrets: Readonly<Record<string, string>>,
): (values: TemplateValues) => string {
  const fill = compileValue(template, secrets);
  return (values) => JSON.stringify(fill(values));
}

function compileValue(template: unknown, secrets: Readonly<Record<string, string>>): Filler {
  if (typeof template === "string") {
    const [only, ...others] = parseTemplate(template);
    if (only !== undefined && "placeholder" in only && others.length === 0) {
      const { placeholder } = only;
      if (placeholder === "validitySeconds")
        return (values) => (values.validitySeconds === undefined ? ABSENT : Number(values.validitySeconds));
      return (values) => values[placeholder] ?? ABSENT;
    }
    return compileText(template, secrets, asIs);
  }
  if (Array.isArray(template)) {
    const items = template.map((item) => compileValue(item, secrets));
    return (values) => items.map((item) => item(values)).filter((item) => item !== ABSENT);
  }
  if (typeof template === "object" && template !== null) {
    const fields = Object.entries(template).map(([name, value]) => [name, compileValue(value, secrets)] as const);
    return (values) => {
      const filled = fields
        .map(([name, fill]) => [name, fill(values)] as const)
        .filter(([, value]) => value !== ABSENT);
      return Object.fromEntries(filled);
    };
  }
  return () => template;
}

/** Every text in a template's JSON body, for checking. */
export function textsIn(template: unknown): readonly string[] {
  if (typeof template === "string") return [template];
  if (Array.isArray(template)) return template.flatMap(textsIn);
  if (typeof template === "object" && template !== null) return Object.values(template).flatMap(textsIn);
  return [];
}
