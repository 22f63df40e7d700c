import { Box, Center, Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Mark } from "../shared/mark.tsx";

/** What pages before the sign-in stand in. */
export function Outside({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text?: string | undefined;
  readonly children: ReactNode;
}) {
  return (
    <Center component="main" mih="100vh" p="md">
      <Box w="100%" maw={440}>
        <Group gap="xs" mb="md" justify="center">
          <Mark size={32} />
          <Text fw={700} size="xl">
            Safeguard
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
