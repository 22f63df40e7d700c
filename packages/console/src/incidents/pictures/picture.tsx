import { ActionIcon, Group, Menu, Paper, Table, Text, Title } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { type ReactNode, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { csvOf } from "../../shared/csv.ts";
import { Grouped } from "../../shared/grouped.tsx";
import { saveFile } from "../../shared/save-file.ts";
import "./pictures.css";
import { savePng, saveSvg } from "./save-picture.ts";

/** What a picture shows, as rows. */
export interface PictureTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface PictureProps {
  /** Of its files. */
  readonly name: string;
  readonly title: string;
  /** What is to be seen, in a sentence. */
  readonly caption: string;
  readonly table: PictureTable;
  readonly controls?: ReactNode;
  /** Draws it as wide as there is room. */
  readonly draw: (width: number) => { readonly height: number; readonly marks: ReactNode };
}

/** With less room nothing can be drawn: the page is being laid out. */
const LEAST_WIDTH = 140;

/** A picture with its title, what it says in words, its numbers as a table, and its files. */
export function Picture({ name, title, caption, table, controls, draw }: PictureProps) {
  const { t } = useTranslation();
  const { ref: room, width } = useElementSize();
  const svg = useRef<SVGSVGElement>(null);
  const [asTable, setAsTable] = useState(false);
  const captionId = useId();
  const { height, marks } = width < LEAST_WIDTH ? { height: 200, marks: null } : draw(width);
  const save = async (how: "svg" | "png"): Promise<void> => {
    if (svg.current === null) return;
    try {
      if (how === "svg") saveSvg(svg.current, name, title);
      else await savePng(svg.current, name, title);
    } catch (error) {
      notifications.show({ color: "red", message: (error as Error).message });
    }
  };
  return (
    <Paper withBorder p="md" component="figure" className="picture" data-picture={name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb={4}>
        <Title order={3} size="h5">
          {title}
        </Title>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" className="no-print" aria-label={t("pictures.menu", { title })}>
              <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
                <path
                  fill="currentColor"
                  d="M3 6.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3m5 0a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3m5 0a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3"
                />
              </svg>
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setAsTable(!asTable)}>
              {t(asTable ? "pictures.asPicture" : "pictures.asTable")}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item disabled={asTable} onClick={() => void save("svg")}>
              {t("pictures.svg")}
            </Menu.Item>
            <Menu.Item disabled={asTable} onClick={() => void save("png")}>
              {t("pictures.png")}
            </Menu.Item>
            <Menu.Item onClick={() => saveFile(`${name}.csv`, csvOf(table.header, table.rows), "text/csv")}>
              {t("pictures.csv")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      <Text id={captionId} size="sm" mb="sm" component="figcaption">
        <Grouped text={caption} />
      </Text>
      {controls !== undefined && !asTable && <div className="no-print">{controls}</div>}
      <div ref={room}>
        {asTable ? (
          <Table.ScrollContainer
            minWidth={280}
            mah={320}
            scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": title } }}
          >
            <Table stickyHeader className="numbers">
              <Table.Thead>
                <Table.Tr>
                  {table.header.map((cell) => (
                    <Table.Th key={cell} scope="col">
                      {cell}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {table.rows.map((row) => (
                  <Table.Tr key={row.join("\u0000")}>
                    {row.map((cell, column) => (
                      <Table.Td key={table.header[column]}>
                        {typeof cell === "string" ? <Grouped text={cell} /> : cell}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        ) : (
          <svg ref={svg} width="100%" height={height} role="img" aria-label={title} aria-describedby={captionId}>
            {marks}
          </svg>
        )}
      </div>
    </Paper>
  );
}
