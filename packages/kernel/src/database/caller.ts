const own = import.meta.dirname

/** Remembers who calls, at the price of a capture; the text is made only when somebody asks. */
// biome-ignore lint/complexity/noBannedTypes: V8's own parameter: frames above this function are left out
export function rememberCaller(above: Function): () => string {
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, above)
  return () => firstFrame(holder.stack ?? '')
}

/** The first frame outside this folder, the packages and Node itself: `function (file:line:column)`. */
function firstFrame(stack: string): string {
  const frames = stack.split('\n').slice(1)
  const outside = frames.find((frame) => !/node_modules|node:internal/.test(frame) && !frame.includes(own))
  return (outside ?? frames[0] ?? 'unknown').trim().replace(/^at (async )?/, '')
}
