import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { createJsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { addProblems, type OpenApiDocument } from "./describe-problems.ts";
import type { RouteScope } from "./route-scope.ts";

const describeRoute = createJsonSchemaTransform({ skipList: [] });

/** Collects the routes that are registered from now on into the OpenAPI 3.1 description at `/openapi.json`. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Safeguard",
        version,
        description:
          "Firewall against SMS pumping. Errors are problem details (RFC 9457) with a stable `code`. A POST with an " +
          "`Idempotency-Key` takes effect once. Lists are read page by page with `cursor`. With `Safeguard-Account` a " +
          "key acts for an account below its own.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      // Where this description was read: right behind every proxy, and nobody's Host header is repeated.
      servers: [{ url: "/" }],
      components: {
        securitySchemes: { key: { type: "http", scheme: "bearer", description: "`sg_live_…` or `sg_test_…`" } },
      },
    },
    transform: (route) => {
      const described = describeRoute(route);
      const scope: RouteScope | undefined = route.route.config?.scope;
      if (scope === undefined || scope === "public") return described;
      const { description } = described.schema;
      const needs = scope === "operator" ? "For the operator only." : `Needs the scope \`${scope}\`.`;
      return {
        ...described,
        schema: {
          ...described.schema,
          security: [{ key: [] }],
          description: description === undefined ? needs : `${description} ${needs}`,
        },
      };
    },
    transformObject: jsonSchemaTransformObject,
  });
  let text: string | undefined;
  app.get("/openapi.json", { config: { scope: "public" }, schema: { hide: true } }, async (_request, reply) => {
    text ??= descriptionOf(app);
    return reply.type("application/json; charset=utf-8").send(text);
  });
}

/**
 * The description as text, with two kinds of reference put right that zod writes so that nobody can follow them: to a
 * schema without a name (such as `z.json()`, which holds itself), and to a named one from JSON schema given as `meta`.
 */
function descriptionOf(app: FastifyInstance): string {
  return JSON.stringify(addProblems(app.swagger() as OpenApiDocument))
    .replaceAll("/__shared#/$defs/", "/__shared/$defs/")
    .replaceAll('"$ref":"#/$defs/', '"$ref":"#/components/schemas/');
}
