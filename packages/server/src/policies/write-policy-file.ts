import {
  DESTINATION_ACTIONS,
  type DestinationAction,
  type EpochMilliseconds,
  type PolicyDocument,
} from "@safeguard/core";
import { Document, isScalar, visit } from "yaml";
import { destinationGroups } from "./destination-names.ts";
import type { PolicyFile } from "./read-policy-file.ts";

export interface WriteOptions {
  /** Address of the JSON schema, for editors. */
  readonly schema?: string;
  /** Lines at the top, such as which revision it is. */
  readonly heading?: readonly string[];
}

/** Writes a policy as a commented file; `readPolicyFile` gives back the same document. */
export function writePolicyFile({ policy, account, document }: PolicyFile, options: WriteOptions = {}): string {
  const { schema, heading = [] } = options;
  const top = [...(schema === undefined ? [] : [`yaml-language-server: $schema=${schema}`]), ...heading];
  const parts = [
    ...(top.length === 0 ? [] : [comment(top)]),
    yaml({ policy, ...(account !== undefined && { account }) }),
    ...FIELDS.map(({ field, meaning, example }) => {
      const value = fieldInFile(document, field);
      return value === undefined ? comment([...meaning, ...example]) : `${comment(meaning)}${yaml({ [field]: value })}`;
    }),
  ];
  return parts.join("\n");
}

type Field = keyof PolicyDocument;

/** Each field with its explanation, and what it could look like where the policy does not have it. */
const FIELDS: readonly {
  readonly field: Field;
  readonly meaning: readonly string[];
  readonly example: readonly string[];
}[] = [
  {
    field: "listMode",
    meaning: [
      "What holds for a destination that is not named below.",
      "allow_list: blocked. block_list: sent. allow_all: sent, and no destination may be blocked.",
    ],
    example: ["listMode: block_list"],
  },
  {
    field: "destinations",
    meaning: [
      "Destinations by what is done with them: ISO codes (NL), non-geographic codes (870), groups (africa).",
      "block: not sent. filter: sent, detection may act. monitor: sent, detection only records. allow: sent, not looked at.",
      "One that needs channels of its own: US: {action: block, channels: [sms]}",
    ],
    example: ["destinations:", "  block: [NG, PK]"],
  },
  {
    field: "numberTypes",
    meaning: ["Kinds of line that are blocked (or not) wherever they are: premium, toll_free, shared_cost, personal …"],
    example: ["numberTypes:", "  block: [premium]"],
  },
  {
    field: "ranges",
    meaning: ["Numbers that begin with a prefix. The longest holds, before the destination; at equal length block."],
    example: ["ranges:", '  - prefix: "+23480"', "    action: block", "    note: why"],
  },
  {
    field: "exceptions",
    meaning: [
      "Numbers, or small ranges with x for any digit, that are trusted or barred before all of the above.",
      "A trusted range needs an end. evenIfDestinationBlocked: true lets it pass a blocked destination, too.",
    ],
    example: [
      "exceptions:",
      '  - range: "+316123456xx"',
      "    kind: trusted",
      "    until: 2027-01-31T00:00:00Z",
      "    note: why",
    ],
  },
  {
    field: "channels",
    meaning: ["What rules without channels of their own speak of. Default: sms, mms, voice."],
    example: ["channels: [sms, mms, voice]"],
  },
  {
    field: "detection",
    meaning: [
      "What detection may do with what passes all of the above: mode off, monitor (only record) or enforce (stop attacks).",
      "preset careful, balanced or strict: how soon an attack is stopped, and how many real messages by mistake.",
    ],
    example: ["detection:", "  mode: enforce", "  preset: balanced"],
  },
  {
    field: "limits",
    meaning: [
      "The most that may go out. Hard: what would exceed a ceiling is stopped, and told when there is room again.",
      "per: account, destination, recipient, range, originator, end_user_address, key, duplicate; window: second to month.",
    ],
    example: [
      "limits:",
      "  ceilings:",
      "    - name: spend-per-day",
      "      window: day",
      "      money: {amount: 500, currency: EUR}",
      "    - name: per-number",
      "      per: recipient",
      "      window: hour",
      "      messages: 5",
    ],
  },
  {
    field: "locked",
    meaning: ["Fields that accounts below this one may only tighten."],
    example: ["locked: [destinations]"],
  },
];

function fieldInFile(document: PolicyDocument, field: Field): unknown {
  switch (field) {
    case "destinations":
      return document.destinations && byAction(document.destinations);
    case "numberTypes": {
      if (document.numberTypes === undefined) return undefined;
      const types = Object.entries(document.numberTypes);
      const of = (action: string): string[] => types.filter(([, is]) => is === action).map(([type]) => type);
      return withoutEmptyLists({ block: of("block"), allow: of("allow") });
    }
    case "ranges":
    case "exceptions":
      return document[field]?.map(({ until, ...entry }) => ({
        ...entry,
        ...(until !== undefined && { until: time(until) }),
      }));
    default:
      return document[field];
  }
}

/** More of a group's destinations than this have one rule: then the group is named, and the others one by one. */
const SHARE_OF_GROUP = 2 / 3;

/** Destinations without channels of their own by action, groups by their name where that is shorter; the others singly. */
function byAction(destinations: NonNullable<PolicyDocument["destinations"]>): Record<string, unknown> {
  const simple = new Map<string, DestinationAction>();
  const single: Record<string, unknown> = {};
  for (const [code, rule] of Object.entries(destinations)) {
    if (rule.channels === undefined) simple.set(code, rule.action);
    else single[code] = { action: rule.action, channels: rule.channels };
  }
  const lists: Record<DestinationAction, string[]> = { block: [], monitor: [], filter: [], allow: [] };
  const inGroup = new Set<string>();
  for (const [group, codes] of destinationGroups()) {
    // A destination in two named groups would be ambiguous, and a group speaks of all its destinations.
    if (codes.some((code) => inGroup.has(code) || destinations[code] === undefined)) continue;
    for (const action of DESTINATION_ACTIONS) {
      const like = codes.filter((code) => simple.get(code) === action);
      if (like.length <= 1 || like.length <= codes.length * SHARE_OF_GROUP) continue;
      lists[action].push(group);
      for (const code of codes) inGroup.add(code);
      for (const code of like) simple.delete(code);
    }
  }
  for (const [code, action] of [...simple].sort(([one], [other]) => (one < other ? -1 : 1))) lists[action].push(code);
  return { ...withoutEmptyLists(lists), ...single };
}

function withoutEmptyLists(lists: Record<string, readonly string[]>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}

function time(until: EpochMilliseconds): string {
  return new Date(until).toISOString();
}

function comment(lines: readonly string[]): string {
  return lines.map((line) => `# ${line.replace(/[\r\n\u0085\u2028\u2029]+/g, " ")}\n`).join("");
}

const WIDTH = 110;

/**
 * Lists of words on one line, or as many as they need; quotes wherever a YAML 1.1 tool would see something else than text
 * (`NO`, `+234`).
 */
function yaml(value: Record<string, unknown>): string {
  const file = new Document(value, { compat: "yaml-1.1", aliasDuplicateObjects: false });
  visit(file, {
    Seq(_, list) {
      if (list.items.every((item) => isScalar(item))) list.flow = true;
    },
  });
  // The library would break a long list after every word.
  return file
    .toString({ lineWidth: 0, flowCollectionPadding: false })
    .split("\n")
    .map((line) => (/^ *\w+: \[/.test(line) ? wrapped(line) : line))
    .join("\n");
}

function wrapped(line: string): string {
  const indent = " ".repeat(line.search(/\S/) + 2);
  const lines: string[] = [];
  let rest = line;
  while (rest.length > WIDTH) {
    const end = rest.lastIndexOf(", ", WIDTH);
    if (end <= indent.length) break;
    lines.push(rest.slice(0, end + 1));
    rest = indent + rest.slice(end + 2);
  }
  return [...lines, rest].join("\n");
}
