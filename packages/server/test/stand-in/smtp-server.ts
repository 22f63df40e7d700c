import { type AddressInfo, createServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { SELF_SIGNED } from "../../src/gateway/outbound/testing/self-signed.ts";

/** A mail as the server took it. */
export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body, dots unstuffed. */
  readonly content: string;
  readonly encrypted: boolean;
  /** Who had logged in, as `user:password`. */
  readonly login: string | undefined;
}

/** A mail server on loopback (RFC 5321, with STARTTLS and AUTH PLAIN): keeps what it took, and refuses as it is told. */
export interface SmtpServer {
  readonly port: number;
  readonly taken: readonly TakenMail[];
  /** Connections that were made. */
  readonly connections: number;
  close(): Promise<void>;
}

export interface SmtpAnswers {
  /** To RCPT and to the end of DATA; such as `451 later`. Default: taken. */
  recipient?(address: string): string | undefined;
  content?(): string | undefined;
  /** `user:password` that may log in. Absent: no login is offered. */
  readonly login?: string;
  readonly offersTls?: boolean;
}

export async function startSmtpServer(answers: SmtpAnswers = {}): Promise<SmtpServer> {
  const taken: TakenMail[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.write("220 mail.test ESMTP\r\n");
    converse(socket, answers, taken, false);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    taken,
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function converse(socket: Socket, answers: SmtpAnswers, taken: TakenMail[], encrypted: boolean): void {
  let [from, to, login, content] = [
    "",
    [] as string[],
    undefined as string | undefined,
    undefined as string[] | undefined,
  ];
  let rest = "";
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  const command = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    const address = /<([^>]*)>/.exec(line)?.[1] ?? "";
    if (verb === "EHLO") {
      const offers = [
        ...(answers.offersTls === true && !encrypted ? ["STARTTLS"] : []),
        ...(answers.login === undefined ? [] : ["AUTH PLAIN"]),
        "8BITMIME",
      ];
      say(
        ["mail.test", ...offers]
          .map((offer, index) => `250${index === offers.length ? " " : "-"}${offer}`)
          .join("\r\n"),
      );
    } else if (verb === "STAR") {
      say("220 go on");
      socket.removeAllListeners("data");
      const secure = new TLSSocket(socket, { isServer: true, key: SELF_SIGNED.key, cert: SELF_SIGNED.cert });
      secure.on("error", () => socket.destroy());
      converse(secure, answers, taken, true);
    } else if (verb === "AUTH") {
      const [, user = "", password = ""] = Buffer.from(line.split(" ")[2] ?? "", "base64")
        .toString()
        .split("\0");
      const isGood = `${user}:${password}` === answers.login;
      if (isGood) login = `${user}:${password}`;
      say(isGood ? "235 welcome" : "535 no");
    } else if (verb === "MAIL") {
      [from, to] = [address, []];
      say("250 ok");
    } else if (verb === "RCPT") {
      const refusal = answers.recipient?.(address);
      if (refusal === undefined) to.push(address);
      say(refusal ?? "250 ok");
    } else if (verb === "DATA") {
      content = [];
      say("354 go on");
    } else if (verb === "QUIT") {
      say("221 bye");
      socket.end();
    } else say("250 ok");
  };
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    const lines = `${rest}${chunk.toString("utf8")}`.split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (content === undefined) command(line);
      else if (line !== ".") content.push(line.startsWith(".") ? line.slice(1) : line);
      else {
        const refusal = answers.content?.();
        if (refusal === undefined) taken.push({ from, to, content: content.join("\r\n"), encrypted, login });
        content = undefined;
        say(refusal ?? "250 taken");
      }
    }
  });
}
