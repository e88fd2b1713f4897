/** The data of an SDK call, or its problem as an error. */
export async function taken<T>(call: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const { data, error } = await call
  if (error !== undefined) throw new Error(`The server refused: ${JSON.stringify(error)}`)
  return data as T
}
