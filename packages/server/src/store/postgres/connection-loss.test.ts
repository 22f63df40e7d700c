import { connect } from "node:net";
import pg from "pg";
import { expect, test } from "vitest";
import { JournalDamaged } from "../store-errors.ts";
import { isTransient } from "./connection-loss.ts";

function said(code: string): Error {
  const error = new pg.DatabaseError("as the server says it", 0, "error");
  error.code = code;
  return error;
}

test.each([
  ["the server stops", said("57P01"), true],
  ["the server starts", said("57P03"), true],
  ["the connection failed", said("08006"), true],
  ["there is no connection to be had", said("53300"), true],
  ["two transactions stand in each other's way", said("40P01"), true],
  ["the disk is full", said("53100"), false],
  ["a row breaks a rule", said("23502"), false],
  ["the password is wrong", said("28P01"), false],
  ["the driver was cut off", new Error("Connection terminated unexpectedly"), true],
  ["an answer did not come", new Error("Query read timeout"), true],
  ["the pool had none in time", new Error("timeout exceeded when trying to connect"), true],
  ["the journal is damaged", new JournalDamaged("records 1 to 2"), false],
  ["we made a mistake", new TypeError("undefined is not a function"), false],
])("when %s", (_what, error, worthIt) => {
  expect(isTransient(error)).toBe(worthIt);
});

test("the network's own errors are worth another try", async () => {
  const refused = await new Promise<Error>((resolve) => connect(1, "127.0.0.1").once("error", resolve));
  expect(isTransient(refused)).toBe(true);
});
