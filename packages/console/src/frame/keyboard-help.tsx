import { Group, Kbd, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Dialog } from "../shared/dialog.tsx";

const KEYS = [
  { name: "palette", keys: ["Ctrl", "K"] },
  { name: "help", keys: ["?"] },
  { name: "next", keys: ["Tab"] },
  { name: "choose", keys: ["↑", "↓"] },
  { name: "do", keys: ["Enter"] },
  { name: "close", keys: ["Esc"] },
] as const;

/** What the keyboard does everywhere. */
export function KeyboardHelp({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog opened onClose={onClose} title={t("palette.help.title")} closeButtonProps={{ "aria-label": t("close") }}>
      <Table aria-label={t("palette.help.title")}>
        <Table.Tbody>
          {KEYS.map(({ name, keys }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400}>
                {t(`palette.help.${name}`)}
              </Table.Th>
              <Table.Td>
                <Group gap={4} justify="flex-end" wrap="nowrap">
                  {keys.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Dialog>
  );
}
