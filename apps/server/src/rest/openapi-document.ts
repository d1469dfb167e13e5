import { errorCatalogue } from '@folkmoot/contract';
import { z } from 'zod';
import { restOperations, type RestOperation } from './rest-operations.ts';

type JsonSchema = { [key: string]: unknown };

/** The REST routes in OpenAPI 3.1, made from the schemas that check them; the schemas are only read (A8). */
export function createOpenApiDocument(publicUrl: string | undefined) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Folkmoot',
      version: '1',
      description: 'The queries of a Folkmoot server as plain REST. Everything else is tRPC: see the README.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl ?? '/' }],
    paths: Object.fromEntries(restOperations.map((operation) => [operation.path, { get: describe(operation) }])),
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Error: errorSchema },
    },
  };
}

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'retryable'],
      properties: {
        code: { type: 'string', enum: Object.keys(errorCatalogue) },
        message: { type: 'string' },
        retryable: { type: 'string', enum: ['yes', 'with-client-message-id', 'no'] },
        retryAfterMs: { type: 'number' },
      },
    },
  },
};

function describe(operation: RestOperation) {
  const failure = (description: string) => ({
    description,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  });
  return {
    operationId: operation.procedure,
    summary: operation.summary,
    security: operation.needsSignIn ? [{ bearer: [] }] : [{}, { bearer: [] }],
    parameters: describeParameters(operation),
    responses: {
      200: {
        description: 'What was asked for.',
        content: { 'application/json': { schema: toJsonSchema(operation.output, 'output') } },
      },
      400: failure('A parameter is not valid.'),
      401: failure('Nobody is signed in, or the token is not good.'),
      404: failure('There is no such room.'),
      429: failure('Too many requests; Retry-After says how long to wait.'),
      503: failure('The database is away for now.'),
    },
  };
}

function describeParameters({ path, parameters, input }: RestOperation) {
  const properties = propertiesOf(toJsonSchema(input, 'input'));
  const inPath = path.includes('{userId}') ? ['userId'] : [];
  return [
    ...inPath.map((name) => ({ name, in: 'path', required: true, schema: properties[name] ?? {} })),
    ...Object.keys(parameters).map((name) => ({
      name,
      in: 'query',
      required: false,
      schema: withoutNull(properties[name]),
    })),
  ];
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
    },
  });
  return rest;
}

/** Of an input that may be left out, the object that it otherwise is. */
function propertiesOf(schema: JsonSchema): Record<string, JsonSchema> {
  if (isSchema(schema['properties'])) {
    return Object.fromEntries(Object.entries(schema['properties']).filter((entry) => isSchemaEntry(entry)));
  }
  return (
    alternatives(schema)
      .map(propertiesOf)
      .find((properties) => Object.keys(properties).length > 0) ?? {}
  );
}

/** A query can leave a parameter out but not send null. */
function withoutNull(schema: JsonSchema | undefined): JsonSchema {
  const [only, ...others] = alternatives(schema ?? {}).filter((part) => part['type'] !== 'null');
  return only && others.length === 0 ? withoutNull(only) : (schema ?? {});
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const { anyOf } = schema;
  return Array.isArray(anyOf) ? anyOf.filter((part) => isSchema(part)) : [];
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSchemaEntry(entry: [string, unknown]): entry is [string, JsonSchema] {
  return isSchema(entry[1]);
}
