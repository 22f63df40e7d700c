/** Of what a field of the API may hold. */
export type FieldKind =
  /** Kept, and shown somewhere: by which name the test plants it. */
  | { readonly is: "stored"; readonly as: string }
  /** Of a form that leaves no room: whatever is hostile is refused. */
  | { readonly is: "closed" }
  /** Kept, or not, but on no page; why. */
  | { readonly is: "unshown"; readonly why: string };

const stored = (as: string): FieldKind => ({ is: "stored", as });
const closed: FieldKind = { is: "closed" };
const unshown = (why: string): FieldKind => ({ is: "unshown", why });

/** Method, path and field, as `POST /v1/keys name`; the first that fits holds. */
const KINDS: readonly (readonly [RegExp, FieldKind])[] = [
  [/ ?\b(?:currency)$/, closed],
  [
    /^POST \/v1\/(?:messages\/search|usage\/range) (?:cursor|from|after|before|destination|prefix|reason|range)$/,
    unshown("is looked for, and kept nowhere"),
  ],
  [/^POST \/v1\/messages from$/, stored("message.from")],
  [/^POST \/v1\/messages text$/, stored("message.text")],
  [/^POST \/v1\/messages reference$/, stored("message.reference")],
  [/ endUser\.device$/, stored("message.device")],
  [/ keys\.\*$/, stored("message.key")],
  [/ keys\.\(key\)$/, closed],
  [/^POST \/v1\/messages callbackUrl$/, stored("message.callbackUrl")],
  [/^POST \/v1\/decisions from$/, stored("message.from")],
  [/ endUser\.address$/, closed],
  [/ (?:until|from|sendAt|expiresAt|since|digestAt|quiet\.\w+|minimumPerHour|at)$|\.until$|[vV]erifiedAt$/, closed],
  [/^(?:POST|PATCH) \/v1\/accounts(?:\/\{id\})? name$/, stored("account.name")],
  [/ senderPolicies\.\(key\)$/, stored("account.sender")],
  [/ reports\.\w+$/, stored("account.url")],
  [/ networks$/, closed],
  [/^POST \/v1\/accounts\/\{id\}\/(?:suspend|resume) reason$/, stored("account.reason")],
  [/^(?:POST|PATCH) \/v1\/keys(?:\/\{id\})? name$/, stored("key.name")],
  [/^POST \/v1\/keys\/\{id\}\/(?:suspend|resume) reason$/, stored("key.reason")],
  [/^(?:POST|PATCH) \/v1\/members(?:\/\{id\})? name$/, stored("member.name")],
  [/^POST \/v1\/members\/\{id\}\/keys name$/, stored("key.personal")],
  [/^POST \/v1\/sign-in\/setup name$/, unshown("said once, by the first person; shown as members' names are")],
  [/ email$| to$/, closed],
  [/ password$| token$| secrets\.\*$| secrets\.\(key\)$/, unshown("a secret: hashed or sealed, and never given back")],
  [/ (?:document\.)?ranges\.note$/, stored("range.note")],
  [/ (?:document\.)?exceptions\.note$| add\.note$/, stored("exception.note")],
  [/ (?:document\.limits\.)?ceilings\.note$/, stored("ceiling.note")],
  [
    / (?:document\.limits\.)?ceilings\.(?:name|window|money\.\w+|destinations|prefixes|key)$| maximumPrice\.currency$/,
    closed,
  ],
  [/ document\.\w+\.(?:\(key\)|prefix|range)$/, closed],
  [
    /^(?:PUT|POST) \/v1\/policies\/\{policy\}(?:\/\w+|\/revisions\/\{number\}\/(?:activate|restore))? managedBy$/,
    stored("revision.managedBy"),
  ],
  [
    /^POST \/v1\/policies\/\{policy\}\/revisions\/\{number\}\/(?:approve|reject|withdraw) reason$/,
    stored("proposal.reason"),
  ],
  [/^(?:PUT|POST) \/v1\/policies\/\{policy\}.* reason$/, stored("revision.reason")],
  [
    /^POST \/v1\/policies\/\{policy\}\/(?:destinations|exceptions) (?:block|allow|monitor|reset|groups|remove|add\.range)$/,
    closed,
  ],
  [/^POST \/v1\/approvals\/acts\/\{id\}\/\w+ reason$/, stored("act.reason")],
  [/^POST \/v1\/privacy\/\w+ reason$/, stored("privacy.reason")],
  [/^POST \/v1\/incidents\/\{number\}\/\S+ reason$/, stored("incident.reason")],
  [/^(?:POST|DELETE) \/v1\/detection\/ranges \??reason$/, stored("containment.reason")],
  [/^(?:POST|DELETE) \/v1\/detection\/lockdown \??reason$/, stored("lockdown.reason")],
  [/^(?:POST|DELETE) \/v1\/detection\/bypass \??reason$/, stored("bypass.reason")],
  [/^(?:POST|DELETE) \/v1\/detection\/ranges \??range$/, closed],
  [/^PUT \/v1\/alerts\/settings channels\.url$/, stored("alert.url")],
  [/^PUT \/v1\/alerts\/settings channels\.(?:id|to)$/, closed],
  [/^POST \/v1\/messages\/\{id\}\/settle reason$/, stored("settle.reason")],
  [/^POST \/v1\/(?:messages|decisions) policy$/, closed],
  [/ (?:defaultPolicy|senderPolicies\.\*|policy|mayChoosePolicies|parent|account|countries|number|id)$/, closed],
  [/^POST \/v1\/events (?:id|to)$|^POST \/v1\/verified-numbers numbers\.to$/, closed],
  [/^PUT \/v1\/prices prices\.operator$/, unshown("the operator's own list, which only the command line shows")],
  [/^PUT \/v1\/prices prices\.(?:destination|prefix|currency)$/, closed],
  [/^POST \/v1\/webhooks\/resume receiver$/, unshown("names one that there is; kept nowhere")],
  [/^POST \/v1\/sending\/resume reason$/, unshown("the operator's alone: kept in the deployment's own trail")],
  [/^POST \/v1\/past-traffic events\.(?:to|device|address)$/, unshown("is counted, and kept as a hash")],
  [/^POST \/v1\/past-traffic\/anew reason$/, stored("anew.reason")],
  [
    /^(?:POST|PUT) \/v1\/(?:routes\/)?providers(?:\/\{id\})? settings\.(?:\(key\)|\*(?:\.\(key\))?)$/,
    stored("provider.settings"),
  ],
  [/^POST \/v1\/routes\/providers name$/, closed],
  [/^PUT \/v1\/brand name$/, stored("brand.name")],
  [/^PUT \/v1\/brand (?:colour|logo)$/, closed],
  [/^POST \/v1\/rollouts(?:\/\{id\}\/\w+)? reason$/, stored("rollout.reason")],
  [/^POST \/v1\/rollouts(?:\/preview)? (?:source\.\w+|accounts|first|\?cursor)$/, closed],
  [/^POST \/v1\/backtests name$/, stored("backtest.name")],
  [/^PUT \/v1\/backtests\/\{id\}\/file \?from$/, closed],
  [
    /^POST \/v1\/backtests\/\{id\}\/\w+ columns\.\*$/,
    unshown("names a column of the file, which its own list of headers has"),
  ],
  [/^POST \/v1\/backtests\/\{id\}\/run (?:policy|compare)\.policy$/, closed],
  [/^PUT \/v1\/routes routes\.(?:destination|providers)$/, closed],
];

export function kindOf(field: string): FieldKind | undefined {
  return KINDS.find(([pattern]) => pattern.test(field))?.[1];
}

export interface ApiField {
  /** Method, path and field; of a batch, as of one. */
  readonly name: string;
  /** What its text must be like, where the schema says it. */
  readonly pattern: string | undefined;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly pattern?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
}
interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema?: Schema }[];
}
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** Every field of the native API in which a client may write a text: of all bodies, and of addresses that change something. */
export function textFields(document: OpenApi): readonly ApiField[] {
  const found = new Map<string, ApiField>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, { requestBody, parameters = [] }] of Object.entries(operations)) {
      const route = `${method.toUpperCase()} ${path}`;
      for (const { schema } of Object.values(requestBody?.content ?? {})) walk(route, "", schema, []);
      if (method === "get") continue;
      for (const { in: place, name, schema } of parameters) {
        if (place === "query") walk(route, `?${name}`, schema ?? { type: "string" }, []);
      }
    }
  }
  return [...found.values()];

  /** `within`: the references that led here, of which some lead back to themselves. */
  function walk(route: string, path: string, schema: Schema, within: readonly string[]): void {
    const deeper = (at: string, next: Schema): void => walk(route, at, next, within);
    const below = (name: string): string => (path === "" ? name : `${path}.${name}`);
    const { $ref } = schema;
    if ($ref !== undefined && !within.includes($ref)) walk(route, path, referenced(document, $ref), [...within, $ref]);
    for (const one of [schema.anyOf, schema.oneOf, schema.allOf]) for (const next of one ?? []) deeper(path, next);
    for (const [name, next] of Object.entries(schema.properties ?? {})) {
      // (a batch is many of the same)
      deeper(path === "" && isBatchOf(name, route) ? "" : below(name), next);
    }
    if (schema.items !== undefined) deeper(path, schema.items);
    if (typeof schema.additionalProperties === "object") {
      deeper(below("*"), schema.additionalProperties);
      deeper(below("(key)"), schema.propertyNames ?? { type: "string" });
    }
    const isText = schema.type === "string" || (Array.isArray(schema.type) && schema.type.includes("string"));
    if (isText && schema.enum === undefined && schema.const === undefined) {
      const name = `${route} ${path}`;
      found.set(name, { name, pattern: schema.pattern });
    }
  }
}

function referenced(document: OpenApi, reference: string): Schema {
  let found: unknown = document;
  for (const name of reference.slice(2).split("/"))
    found = (found as Readonly<Record<string, unknown>> | undefined)?.[name];
  if (found === undefined) throw new Error(`${reference} is not there`);
  return found as Schema;
}

function isBatchOf(name: string, route: string): boolean {
  return /^(?:messages|decisions|events)$/.test(name) && route === `POST /v1/${name}`;
}
