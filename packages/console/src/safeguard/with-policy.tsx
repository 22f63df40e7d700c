import { Skeleton, Stack } from "@mantine/core";
import type { Destination, Policy } from "@safeguard/client";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Refusal } from "../shared/refusal.tsx";
import { useDestinations, usePolicy } from "./use-policy.ts";

/** Shows what needs the policy and the names of destinations when they are there; before, its shape; else why they are not. */
export function WithPolicy({
  children,
}: {
  readonly children: (policy: Policy, destinations: readonly Destination[]) => ReactNode;
}) {
  const { t } = useTranslation();
  const policy = usePolicy();
  const destinations = useDestinations();
  if (policy.data !== undefined && destinations.data !== undefined) return children(policy.data, destinations.data);
  const error = policy.error ?? destinations.error;
  if (error !== null) return <Refusal error={error} />;
  return (
    <Stack aria-busy="true" aria-label={t("loading")}>
      <Skeleton height={140} />
      <Skeleton height={240} />
    </Stack>
  );
}
