import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./console.css";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { startLanguage } from "./i18n/language.ts";
import { allowStyleTextOnly } from "./trusted-types.ts";

allowStyleTextOnly();
await startLanguage();
const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");
createRoot(root).render(<App />);
