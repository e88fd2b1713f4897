import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript'

/** TypeScript source with the types of an OpenAPI 3.1 document's paths. */
export async function generateTypes(document: Record<string, unknown>): Promise<string> {
  const tree = await openapiTypescript(document as unknown as OpenAPI3)
  return astToString(tree)
}
