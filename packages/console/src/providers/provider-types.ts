import type { Json } from "./settings-field.ts";

export const PROVIDERS = "/channels/settings/business-messaging/providers";

export const OWN_KINDS = ["twilio", "cm", "http"] as const;
export type OwnKind = (typeof OWN_KINDS)[number];

/** A provider that the account may route to. Of one that is not its own, only the name and the kind are told. */
export interface UsableProvider {
  readonly id: string;
  readonly kind: OwnKind | "sandbox";
  readonly own: boolean;
  readonly settings: Readonly<Record<string, Json>> | null;
  readonly hasSecrets: boolean | null;
  readonly reportUrl: string | null;
}

export interface Route {
  /** A destination, or `*` for all that have no route of their own. */
  readonly destination: string;
  readonly providers: readonly string[];
}

export interface Routes {
  readonly account: string;
  readonly routes: readonly Route[];
  readonly inherited: { readonly account: string | null; readonly routes: readonly Route[] } | null;
}

/** What a kind can be told: JSON Schemas. */
export interface ProviderKind {
  readonly kind: OwnKind;
  readonly settings: ObjectSchema;
  readonly secrets: ObjectSchema;
}

export interface ObjectSchema {
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
}

export interface FieldSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: Json;
  readonly minimum?: number;
  readonly maximum?: number;
}
