import type { InboundDialect } from "../exchange.ts";
import { type ConversionRoutePorts, createConversionRoute } from "./conversion-route.ts";
import { createGatewayRoutes, type GatewayRoutePorts } from "./gateway-route.ts";
import { createJsonRoute, createWrongMethodRoutes, type JsonRoutePorts } from "./json-route.ts";

export type CmDialectPorts = JsonRoutePorts & GatewayRoutePorts & ConversionRoutePorts;

/** CM.com's Business Messaging API (JSON), its `gateway.ashx` (XML and GET) and its Conversion API. */
export function createCmDialect(ports: CmDialectPorts): InboundDialect {
  return {
    name: "cm",
    routes: [
      createJsonRoute(ports),
      ...createWrongMethodRoutes(),
      ...createGatewayRoutes(ports),
      createConversionRoute(ports),
    ],
  };
}
