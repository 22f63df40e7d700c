import { useEffect, useState } from "react";
import { useWorking } from "../session/session.ts";
import type { Action } from "./live-search.ts";
import { EMPTY, joined, type LiveAnswer, type LiveWindow } from "./live-window.ts";

export interface LiveFilter {
  readonly destination: string | undefined;
  readonly purpose: string | undefined;
  readonly action: Action | undefined;
}

/** How long the server waits for something to tell of, in seconds (time goes by in the picture, too); and how long we do after it did not answer. */
const WAIT = 2;
const AGAIN_MS = 3_000;

/** The window as it grows, at most once in a frame. `isPaused`: it stays as it is, and catches up afterwards. */
export function useLive({ destination, purpose, action }: LiveFilter, isPaused: boolean) {
  const { server, account } = useWorking();
  const [window, setWindow] = useState<LiveWindow>();
  const [error, setError] = useState<unknown>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter or account begins anew
  useEffect(() => setWindow(undefined), [account.id, destination, purpose, action]);
  useEffect(() => {
    if (isPaused) return;
    let isOver = false;
    let frame = 0;
    let known: LiveWindow | undefined;
    const show = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setWindow(known));
    };
    const follow = async (): Promise<void> => {
      while (!isOver) {
        try {
          const answer = await server.call<LiveAnswer>({
            method: "GET",
            path: "/v1/traffic/live",
            query: {
              after: String(Math.max(0, (known?.now ?? 0) - 1)),
              wait: String(known === undefined ? 0 : WAIT),
              ...(destination !== undefined && { destination }),
              ...(purpose !== undefined && { purpose }),
              ...(action !== undefined && { action }),
            },
          });
          if (isOver) return;
          known = joined(known ?? EMPTY, answer);
          setError(undefined);
          show();
        } catch (failure) {
          if (isOver) return;
          setError(failure);
          await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        }
      }
    };
    void follow();
    return () => {
      isOver = true;
      cancelAnimationFrame(frame);
    };
  }, [server, destination, purpose, action, isPaused]);
  return { window, error };
}
