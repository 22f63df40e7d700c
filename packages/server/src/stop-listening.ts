import type { Server } from "node:http";

/** Connections that fell quiet after their last answer are looked for so often. */
const LOOK_MS = 50;

/**
 * Takes no more connections, lets what is under way be answered (each answer then ends its connection), and closes what is
 * left after `milliseconds`.
 */
export async function stopListening(listener: Server, milliseconds: number): Promise<void> {
  if (!listener.listening) return;
  const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
  listener.closeIdleConnections();
  const looking = setInterval(() => listener.closeIdleConnections(), LOOK_MS);
  const deadline = setTimeout(() => listener.closeAllConnections(), milliseconds);
  await closed;
  clearInterval(looking);
  clearTimeout(deadline);
}
