import { Box, Center, Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { type Brand, PRODUCT, useShowBrand } from "../brand/brand-context.ts";
import { BrandMark } from "../brand/brand-mark.tsx";
import { useSignInState } from "./session.ts";

/** What pages before the sign-in stand in. */
export function Outside({
  title,
  text,
  brand,
  children,
}: {
  readonly title: string;
  readonly text?: string | undefined;
  /** Of the account that a link leads into; undefined: what is known before anybody has signed in. */
  readonly brand?: Brand | null | undefined;
  readonly children: ReactNode;
}) {
  const before = useSignInState().data?.brand;
  const shown = brand ?? before;
  useShowBrand(shown);
  return (
    <Center component="main" mih="100vh" p="md">
      <Box w="100%" maw={440}>
        <Group gap="xs" mb="md" justify="center">
          <BrandMark size={32} />
          <Text fw={700} size="xl">
            {shown?.name ?? PRODUCT}
          </Text>
        </Group>
        <Paper withBorder p="lg" radius="lg">
          <Stack gap="md">
            <div>
              <Title order={1} size="h3">
                {title}
              </Title>
              {text !== undefined && (
                <Text c="dimmed" size="sm" mt={4}>
                  {text}
                </Text>
              )}
            </div>
            {children}
          </Stack>
        </Paper>
      </Box>
    </Center>
  );
}
