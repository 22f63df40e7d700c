import type { NumberDialect } from "@safeguard/core";

/** What a column may tell about a message. The first block is the traffic CSV; the second, what only exports have. */
export const TRAFFIC_COLUMNS = [
  "time",
  "to",
  "id",
  "account",
  "from",
  "purpose",
  "ip",
  "device",
  "delivered_at",
  "converted_at",
  "attempts",
  "price",
  "currency",
] as const;
export type TrafficColumn = (typeof TRAFFIC_COLUMNS)[number];
export type ColumnRole = TrafficColumn | "direction" | "channel" | "status" | "status_time" | "conversion" | "updated";

/** A kind of file that is recognised by the names of its columns. */
export interface ExportFormat {
  readonly name: string;
  readonly title: string;
  /** How a header writes each role, in the order of preference; compared without case and without anything but a–z and 0–9. */
  readonly columns: Partial<Record<ColumnRole, readonly string[]>>;
  /** A header is of this format when it has a column for each of these, and for one of each list in `oneOf`. */
  readonly needs: readonly ColumnRole[];
  readonly oneOf: readonly (readonly ColumnRole[])[];
  readonly numbers: NumberDialect;
  /** A price is written as a negative number: what was taken from the balance. */
  readonly pricesAreNegative: boolean;
  /** A time without an offset is UTC. */
  readonly timesAreUtc: boolean;
  /** Where the names come from. */
  readonly source: string;
}

/**
 * The files that are recognised, in the order in which they are tried. Names marked "documented" stand in the vendor's
 * public documentation; the others are from memory, and a file that differs needs a column mapping.
 */
export const EXPORT_FORMATS: readonly ExportFormat[] = [
  {
    name: "traffic_csv",
    title: "traffic CSV",
    columns: Object.fromEntries(TRAFFIC_COLUMNS.map((column) => [column, [column]])),
    needs: ["time", "to"],
    oneOf: [],
    numbers: "csv",
    pricesAreNegative: false,
    timesAreUtc: false,
    source: "documented here",
  },
  {
    name: "twilio_verify_attempts",
    title: "Twilio Verify attempts",
    columns: {
      id: ["attempt_sid", "sid"],
      account: ["account_sid"],
      time: ["date_created", "created", "created_at", "date"],
      to: ["channel_data.to", "to", "phone_number", "destination"],
      channel: ["channel"],
      status: ["channel_data.message_status", "message_status", "channel_data.status", "delivery_status"],
      conversion: ["conversion_status"],
      updated: ["date_updated", "updated", "updated_at"],
      price: ["price.value", "price"],
      currency: ["price.currency", "currency", "price_unit"],
    },
    needs: ["time", "to", "conversion"],
    oneOf: [["id"]],
    numbers: "twilio",
    pricesAreNegative: true,
    timesAreUtc: true,
    // (an attempt is a code sent there; how many were entered Twilio does not tell)
    source:
      "documented: the properties of the Verification Attempts API, flattened (sid, date_created, conversion_status, channel_data.to …); from memory: how a CSV of the console names them",
  },
  {
    name: "twilio_messages",
    title: "Twilio message log",
    columns: {
      id: ["sid", "message_sid"],
      account: ["account_sid"],
      time: ["date_created", "date_sent", "sent_date", "created_date"],
      to: ["to"],
      from: ["from"],
      direction: ["direction"],
      status: ["status"],
      price: ["price"],
      currency: ["price_unit", "currency"],
    },
    needs: ["time", "to", "id"],
    oneOf: [["direction", "price", "status"]],
    numbers: "twilio",
    pricesAreNegative: true,
    timesAreUtc: true,
    source:
      "documented: the properties of the Message resource (sid, to, from, status, direction, date_created, date_sent, price, price_unit); as public programs read the console's CSV: From, To, Body, Status, SentDate, ApiVersion, NumSegments, ErrorCode, AccountSid, Sid, Direction, Price, PriceUnit",
  },
  {
    name: "vonage_messages",
    title: "Vonage SMS report",
    columns: {
      id: ["message_id"],
      account: ["account_id"],
      time: ["date_received"],
      to: ["to"],
      from: ["from"],
      direction: ["direction"],
      status: ["status", "final_status"],
      status_time: ["date_finalized", "date_finalised"],
      price: ["total_price", "final_price", "price"],
      currency: ["currency"],
    },
    needs: ["time", "to", "id"],
    oneOf: [],
    numbers: "smpp",
    pricesAreNegative: false,
    timesAreUtc: true,
    source:
      "documented: a record of the Reports API for SMS (account_id, message_id, direction, from, to, date_received, date_finalized, status, currency, total_price …); from memory: the names that a CSV of the dashboard gives them (Final Status, Final Price)",
  },
  {
    name: "cm_messages",
    title: "CM.com message log",
    columns: {
      id: ["message_id", "id", "guid", "reference"],
      account: ["account", "account_name", "product_token"],
      time: ["created", "created_on", "created_at", "creation_date", "sent_on", "date_time", "datetime", "date"],
      to: ["recipient", "msisdn", "to", "destination"],
      from: ["sender", "originator", "from"],
      direction: ["direction"],
      channel: ["channel"],
      status: ["status", "status_description", "message_status"],
      status_time: ["delivered_on", "delivered_at", "delivery_time", "delivered", "status_date", "status_received"],
      price: ["price", "total_price"],
      currency: ["currency", "price_currency"],
    },
    needs: ["time", "to"],
    oneOf: [["from"], ["status", "price", "id"]],
    numbers: "cm",
    pricesAreNegative: false,
    timesAreUtc: true,
    source:
      "documented: that the Message Log exports the columns that the user's own view selects; from memory: their names",
  },
];
