import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware, getAuthoritativeSessionFromCtx } from "better-auth/api";
import { symmetricDecrypt } from "better-auth/crypto";
import { areEnciphered, findRecoveryCode, hashEnciphered } from "./recovery-codes.ts";
import { codeOfHalfMinute, halfMinuteOf, halfMinuteOfCode } from "./totp.ts";
import { createUsedCodes, type UsedCodes } from "./used-codes.ts";

type Context = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];

/** As the library keeps a second factor. */
interface KeptFactor {
  readonly id: string;
  readonly secret: string;
  readonly backupCodes: string;
}

/** What the library holds for no code at all. */
const NO_CODE = "";
/** Of the cookie of who has given the right password, and not yet a code. */
const CHALLENGE_COOKIE = "two_factor";

/**
 * Looks at codes of second factors before the library does, and hands it one that it takes, or none: the library alone would
 * take the codes of three half minutes, each as often as it comes, and would keep recovery codes so that they can be read.
 * Counting wrong ones, and what follows from right ones, stays with it. `now`: epoch milliseconds.
 */
export function secondFactorCodes(now: () => number): BetterAuthPlugin {
  const used = createUsedCodes();
  const checks: Readonly<Record<string, (ctx: Context, person: string, code: string) => Promise<string>>> = {
    "/two-factor/verify-totp": (ctx, person, code) => presentCode(ctx, person, code, { now: now(), used }),
    "/two-factor/verify-backup-code": recoveryCode,
  };
  return {
    id: "second-factor-codes",
    hooks: {
      before: [
        {
          matcher: ({ path }) => path !== undefined && checks[path] !== undefined,
          handler: createAuthMiddleware(async (ctx) => {
            const { code } = Object(ctx.body) as { readonly code?: unknown };
            const check = checks[ctx.path];
            const person = typeof code === "string" ? await whoseCode(ctx) : undefined;
            const known =
              check === undefined || person === undefined ? NO_CODE : await check(ctx, person, String(code));
            return { context: { body: { code: known } } };
          }),
        },
      ],
    },
  };
}

/** Who is signed in, or has given the right password. */
async function whoseCode(ctx: Context): Promise<string | undefined> {
  const session = await getAuthoritativeSessionFromCtx(ctx);
  if (session !== null) return session.user.id;
  const cookie = ctx.context.createAuthCookie(CHALLENGE_COOKIE).name;
  const challenge = await ctx.getSignedCookie(cookie, ctx.context.secret);
  if (!challenge) return undefined;
  return (await ctx.context.internalAdapter.findVerificationValue(challenge))?.value;
}

async function factorOf(ctx: Context, person: string): Promise<KeptFactor | null> {
  return ctx.context.adapter.findOne<KeptFactor>({ model: "twoFactor", where: [{ field: "userId", value: person }] });
}

/** Takes the code of the present half minute, once. One of a half minute beside it is used up, too: it will never be good. */
async function presentCode(
  ctx: Context,
  person: string,
  code: string,
  { now, used }: { readonly now: number; readonly used: UsedCodes },
): Promise<string> {
  const factor = await factorOf(ctx, person);
  if (factor === null) return NO_CODE;
  const secret = await symmetricDecrypt({ key: ctx.context.secretConfig, data: factor.secret });
  const halfMinute = halfMinuteOfCode(secret, code, now);
  if (halfMinute === undefined) return NO_CODE;
  const isNew = await used.use(ctx.context.internalAdapter, person, halfMinute);
  const present = halfMinuteOf(now);
  if (halfMinute < present) throw refused("CODE_OF_BEFORE", "of the half minute before");
  if (halfMinute > present) throw refused("CODE_OF_AFTER", "of the half minute after this one");
  if (!isNew)
    throw new APIError("UNAUTHORIZED", {
      code: "CODE_USED",
      message: "This code was used already. Wait for the next one.",
    });
  // (the library looks at the system's clock, whatever clock was asked here)
  return codeOfHalfMinute(secret, halfMinuteOf(Date.now()));
}

function refused(code: string, which: string): APIError {
  const message = `This code is ${which}. Enter the next one that the app shows; if it goes on so, set the clock of the phone, or of this server, right.`;
  return new APIError("UNAUTHORIZED", { code, message });
}

async function recoveryCode(ctx: Context, person: string, code: string): Promise<string> {
  let factor = await factorOf(ctx, person);
  if (factor !== null && areEnciphered(factor)) {
    // (before the library looks, so that nothing changes under its hands)
    await hashEnciphered(ctx.context, factor);
    factor = await factorOf(ctx, person);
  }
  if (factor === null || areEnciphered(factor)) return NO_CODE;
  return (await findRecoveryCode(factor.backupCodes, code)) ?? NO_CODE;
}
