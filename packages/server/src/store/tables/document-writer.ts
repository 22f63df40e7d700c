import type { BlobCipher } from "../blob-cipher.ts";
import type { JournalRecord } from "../journal-record.ts";
import type { DocumentKind } from "./schema.ts";
import type { Change, Insert, TableWrite } from "./sql.ts";

/** A record that saves or removes configuration, or switches detection. */
export type DocumentRecord = Extract<
  JournalRecord,
  {
    type:
      | "account_saved"
      | "key_saved"
      | "member_saved"
      | "revision_saved"
      | "provider_saved"
      | "provider_removed"
      | "routes_saved"
      | "lockdown_set"
      | "bypass_set"
      | "alert_settings_saved"
      | "act_proposal_saved"
      | "brand_saved"
      | "rollout_saved"
      | "rollout_step_done"
      | "receiver_paused"
      | "receiver_resumed";
  }
>;

const UPSERT: Insert = {
  table: "documents",
  columns: { kind: "text", id: "text", sequence: "bigint", document: "bytea" },
  key: ["kind", "id"],
  conflict: "DO UPDATE SET document = excluded.document",
};
const DELETE: Change = { text: "DELETE FROM documents WHERE kind = ? AND id = ?" };

/** Keeps the latest saying of each account, key, member, revision, provider, route table, lockdown and bypass. */
export class DocumentWriter {
  readonly #cipher: BlobCipher;

  constructor(cipher: BlobCipher) {
    this.#cipher = cipher;
  }

  write(sequence: number, record: DocumentRecord): TableWrite {
    switch (record.type) {
      case "account_saved":
        return this.#save("account", record.account.id, sequence, record.account);
      case "key_saved":
        return this.#save("key", record.key.id, sequence, record.key);
      case "member_saved":
        return this.#save("member", record.member.id, sequence, record.member);
      case "revision_saved": {
        const { account, policy, number } = record.revision;
        return this.#save("revision", JSON.stringify([account, policy, number]), sequence, record.revision);
      }
      case "provider_saved":
        return this.#save("provider", record.provider.id, sequence, record.provider);
      case "provider_removed":
        return { statement: DELETE, parameters: ["provider", record.provider] };
      case "routes_saved":
        return this.#save("routes", record.routes.account, sequence, record.routes);
      case "lockdown_set":
      case "bypass_set":
        return this.#save("switch", JSON.stringify([record.type, record.account]), sequence, record);
      case "alert_settings_saved":
        return this.#save("alert_settings", record.settings.account, sequence, record.settings);
      case "act_proposal_saved":
        return this.#save("act_proposal", record.proposal.id, sequence, record.proposal);
      case "brand_saved":
        return this.#save("brand", record.brand.account, sequence, record.brand);
      case "rollout_saved":
        return this.#save("rollout", record.rollout.id, sequence, record.rollout);
      case "rollout_step_done": {
        const { rollout, account, type } = record.step;
        return this.#save("rollout_step", JSON.stringify([rollout, account, type]), sequence, record.step);
      }
      case "receiver_paused":
      case "receiver_resumed":
        return this.#save("paused_receiver", JSON.stringify([record.account, record.receiver]), sequence, record);
    }
  }

  #save(kind: DocumentKind, id: string, sequence: number, document: object): TableWrite {
    const sealed = this.#cipher.encrypt(JSON.stringify(document), documentContext(kind, id));
    return { statement: UPSERT, parameters: [kind, id, sequence, sealed] };
  }
}

/** Binds a document to its row. */
export function documentContext(kind: DocumentKind, id: string): string {
  return `document ${kind} ${id}`;
}
