import { createHash } from "node:crypto";
import { type BetterAuthOptions, betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { genericOAuth, twoFactor } from "better-auth/plugins";
import type { OidcSettings } from "../config/oidc-settings.ts";
import type { SecondFactorsOf } from "../members/second-factor-state.ts";
import type { PeopleDatabase } from "../store/people-database.ts";
import { identityProviderChecks, type ProviderRefusal } from "./identity-provider-checks.ts";
import { hashPassword, verifyPassword } from "./password-hash.ts";
import { PROOFS, proofOf } from "./proof.ts";
import { hashAllEnciphered, hashRecoveryCodes } from "./recovery-codes.ts";
import { secondFactorCodes } from "./second-factor-codes.ts";

/** Below it, where the library's routes are. */
export const SIGN_IN_PATH = "/sign-in-api";
/** Of the identity provider, in the library's paths. */
export const PROVIDER_ID = "oidc";
/** In which the client's address is handed over; what a client says there itself is thrown away. */
export const CLIENT_ADDRESS_HEADER = "x-safeguard-client-address";
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 128;

/** A session that nobody uses ends after it. */
const QUIET_SECONDS = 2 * 3600;
/** A session that is used is prolonged at most so often. */
const PROLONG_SECONDS = 600;
/** Every session ends after it, however it is used. */
export const LONGEST_SESSION_MS = 24 * 3600 * 1000;

/** A person who has proved who he is. Which rights he has, the directory knows by his address. */
export interface SignedIn {
  /** Of the session, not its secret. */
  readonly session: string;
  readonly email: string;
  readonly name: string;
  readonly twoFactor: boolean;
  /** One is required here, and this session has shown none: until one is set up, nothing else can be done. */
  readonly lacksSecondFactor: boolean;
}

/** One browser in which a person is signed in. */
export interface OpenSession {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
}

/** Credentials and sessions of people, kept by better-auth; accounts, members and roles are the directory's. */
export interface SignIn {
  /** Answers a request for one of the library's routes. */
  handle(request: Request): Promise<Response>;
  /** Undefined: no session, or one that has ended. */
  who(headers: Headers): Promise<SignedIn | undefined>;
  readonly secondFactorsOf: SecondFactorsOf;
  hasAnybody(): Promise<boolean>;
  knows(email: string): Promise<boolean>;
  /** Makes a login for a person who has none. */
  enrol(person: { readonly email: string; readonly name: string; readonly password: string }): Promise<void>;
  /** Sets a new password, and ends every session. `secondFactor`: what becomes of it. */
  resetPassword(email: string, password: string, secondFactor: "kept" | "removed"): Promise<void>;
  /** Another one as soon as the person has another password; undefined: nobody has this address. */
  passwordMark(email: string): Promise<string | undefined>;
  sessionsOf(email: string): Promise<readonly OpenSession[]>;
  /** False: the person has no such session. */
  endSession(email: string, id: string): Promise<boolean>;
  /** Ends every session of a person but this one, where one is named. */
  signOutEverywhere(email: string, but?: string): Promise<void>;
  /** Before the database is closed. */
  close(): Promise<void>;
}

export interface SignInParts {
  readonly database: PeopleDatabase;
  /** 32 bytes as text: signs cookies, enciphers secrets of second factors. */
  readonly secret: string;
  /** Cookies only over TLS, bound to this host. */
  readonly secureCookies: boolean;
  readonly publicUrl: string | undefined;
  readonly oidc: OidcSettings | undefined;
  /** `required`: whoever comes in by a password must have one. */
  readonly secondFactor: "optional" | "required";
  /** Hears why the identity provider, or who came by it, was refused. */
  readonly onProviderRefused: (refusal: ProviderRefusal) => void;
  /** May this person sign in by the identity provider? Only members of an account may. */
  readonly isMember: (email: string) => boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly onFault: (failure: unknown) => void;
}

/** As the library keeps people, and their ways in. */
interface KeptUser {
  readonly id: string;
  readonly email: string;
  readonly twoFactorEnabled: boolean | null;
}
interface KeptLogin {
  readonly userId: string;
  readonly providerId: string;
}
const hasPassword = ({ providerId }: KeptLogin): boolean => providerId === "credential";
/** Of members at once, each with a password and the identity provider. */
const LARGEST_LIST = 2_000;

/** Makes the tables where they are missing. */
export async function createSignIn(parts: SignInParts): Promise<SignIn> {
  const options = optionsOf(parts);
  const { runMigrations } = await getMigrations(options);
  await runMigrations();
  const auth = betterAuth(options);
  const { internalAdapter, adapter, secretConfig } = await auth.$context;
  let isClosing = false;
  // Not waited for: ten hashes for each person that an old version left.
  const hashed = hashAllEnciphered({ adapter, secretConfig }, () => isClosing).catch(parts.onFault);
  const userOf = async (email: string) => (await internalAdapter.findUserByEmail(email.toLowerCase()))?.user;
  const who: SignIn["who"] = async (headers) => {
    const found = await auth.api.getSession({ headers });
    if (found === null) return undefined;
    const { session, user } = found;
    if (session.createdAt.getTime() + LONGEST_SESSION_MS <= parts.now()) {
      await internalAdapter.deleteSession(session.token);
      return undefined;
    }
    const twoFactor = user.twoFactorEnabled === true;
    const lacksSecondFactor = parts.secondFactor === "required" && (session.proof ?? "password") === "password";
    // It began before there was one, or before one was required: whoever has it may know the password alone.
    if (lacksSecondFactor && twoFactor) {
      await internalAdapter.deleteSession(session.token);
      return undefined;
    }
    return { session: session.id, email: user.email, name: user.name, twoFactor, lacksSecondFactor };
  };
  return {
    async handle(request) {
      // (which ends a session that has lasted too long)
      await who(request.headers);
      return auth.handler(request);
    },
    who,
    async secondFactorsOf(emails) {
      const among = async <T>(model: string, field: string, value: string[]): Promise<readonly T[]> =>
        // (PostgreSQL takes no empty list)
        value.length === 0
          ? []
          : adapter.findMany<T>({ model, where: [{ field, operator: "in", value }], limit: LARGEST_LIST });
      const users = await among<KeptUser>("user", "email", [...emails]);
      const logins = await among<KeptLogin>(
        "account",
        "userId",
        users.map(({ id }) => id),
      );
      const withPassword = new Set(logins.filter(hasPassword).map(({ userId }) => userId));
      return new Map(
        users.map(({ id, email, twoFactorEnabled }) => [
          email,
          !withPassword.has(id) ? "identity_provider" : twoFactorEnabled === true ? "on" : "off",
        ]),
      );
    },
    hasAnybody: async () => (await internalAdapter.countTotalUsers()) > 0,
    knows: async (email) => (await userOf(email)) !== undefined,
    async enrol({ email, name, password }) {
      const user = await internalAdapter.createUser(
        { email: email.toLowerCase(), name, emailVerified: true },
        { method: "email-password" },
      );
      await internalAdapter.linkAccount({
        userId: user.id,
        providerId: "credential",
        accountId: user.id,
        password: await hashPassword(password),
      });
    },
    async resetPassword(email, password, secondFactor) {
      const user = await userOf(email);
      if (user === undefined) return;
      await internalAdapter.updatePassword(user.id, await hashPassword(password));
      if (secondFactor === "removed") {
        await internalAdapter.updateUser(user.id, { twoFactorEnabled: false });
        await adapter.deleteMany({ model: "twoFactor", where: [{ field: "userId", value: user.id }] });
      }
      await internalAdapter.deleteUserSessions(user.id);
    },
    async passwordMark(email) {
      const user = await userOf(email);
      if (user === undefined) return undefined;
      const login = await internalAdapter.findCredentialAccount(user.id);
      return createHash("sha256")
        .update(login?.password ?? "")
        .digest("base64url")
        .slice(0, 16);
    },
    async sessionsOf(email) {
      const user = await userOf(email);
      const sessions = user === undefined ? [] : await internalAdapter.listSessions(user.id);
      return sessions.map(({ id, createdAt, expiresAt, ipAddress, userAgent }) => ({
        id,
        createdAt: createdAt.getTime(),
        expiresAt: expiresAt.getTime(),
        address: ipAddress ?? undefined,
        userAgent: userAgent ?? undefined,
      }));
    },
    async endSession(email, id) {
      const user = await userOf(email);
      const found = user && (await internalAdapter.listSessions(user.id)).find((session) => session.id === id);
      if (found === undefined) return false;
      await internalAdapter.deleteSession(found.token);
      return true;
    },
    async signOutEverywhere(email, but) {
      const user = await userOf(email);
      if (user === undefined) return;
      for (const { id, token } of await internalAdapter.listSessions(user.id)) {
        if (id !== but) await internalAdapter.deleteSession(token);
      }
    },
    async close() {
      isClosing = true;
      await hashed;
    },
  };
}

function optionsOf({
  database,
  secret,
  secureCookies,
  publicUrl,
  oidc,
  onProviderRefused,
  isMember,
  now,
}: SignInParts) {
  return {
    appName: "Safeguard",
    basePath: SIGN_IN_PATH,
    ...(publicUrl !== undefined && { baseURL: publicUrl }),
    secret,
    database: { db: database.kysely, type: database.type },
    telemetry: { enabled: false },
    logger: { disabled: true },
    user: { modelName: "login_user" },
    session: {
      modelName: "login_session",
      expiresIn: QUIET_SECONDS,
      updateAge: PROLONG_SECONDS,
      freshAge: 15 * 60,
      additionalFields: { proof: { type: [...PROOFS], required: false, input: false } },
    },
    account: {
      modelName: "login_account",
      encryptOAuthTokens: true,
      accountLinking: { enabled: true, trustedProviders: [] },
    },
    verification: { modelName: "login_verification" },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: SHORTEST_PASSWORD,
      maxPasswordLength: LONGEST_PASSWORD,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(hash, password) },
    },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 120,
      customRules: {
        "/sign-in/email": { window: 60, max: 10 },
        "/two-factor/*": { window: 60, max: 10 },
        "/change-password": { window: 60, max: 10 },
      },
    },
    advanced: {
      // (said so that it is the same in tests, where the library would leave it out)
      disableOriginCheck: false,
      // A name that begins so is taken by browsers only over TLS, from this host, for all paths.
      useSecureCookies: false,
      cookiePrefix: secureCookies ? "__Host-safeguard" : "safeguard",
      defaultCookieAttributes: { secure: secureCookies, sameSite: "lax", httpOnly: true, path: "/" },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
    databaseHooks: {
      user: { create: { before: async ({ email }) => isMember(email.toLowerCase()) } },
      session: {
        create: {
          before: async (_, context) => ({
            data: { proof: proofOf(context?.path, context?.context.session?.session["proof"]) },
          }),
        },
      },
    },
    plugins: [
      secondFactorCodes(now),
      twoFactor({
        issuer: "Safeguard",
        schema: { twoFactor: { modelName: "login_two_factor" } },
        backupCodeOptions: {
          storeBackupCodes: {
            encrypt: hashRecoveryCodes,
            decrypt: async (list) => list,
          },
        },
      }),
      ...(oidc === undefined
        ? []
        : [
            genericOAuth({
              config: [
                {
                  providerId: PROVIDER_ID,
                  discoveryUrl: `${oidc.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
                  clientId: oidc.clientId,
                  clientSecret: oidc.clientSecret,
                  scopes: ["openid", "email", "profile"],
                  pkce: true,
                  ...(oidc.acr.length > 0 && { authorizationUrlParams: { acr_values: oidc.acr.join(" ") } }),
                  // Signature, issuer, audience, time, and the nonce of this browser's own request.
                  requireIdTokenVerification: true,
                  // Rights go by the address: one that anybody may have typed in proves nothing.
                  requireEmailVerification: true,
                },
              ],
            }),
            identityProviderChecks(oidc, PROVIDER_ID, onProviderRefused),
          ]),
    ],
  } satisfies BetterAuthOptions;
}
