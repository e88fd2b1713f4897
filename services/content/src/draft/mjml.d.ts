declare module 'mjml' {
  export interface MjmlError {
    readonly line: number
    readonly message: string
    readonly tagName: string
  }
  export interface MjmlOptions {
    readonly validationLevel?: 'strict' | 'soft' | 'skip'
    readonly ignoreIncludes?: boolean
    readonly keepComments?: boolean
    readonly fonts?: Readonly<Record<string, string>>
  }
  export default function mjml2html(
    source: string,
    options?: MjmlOptions,
  ): Promise<{ readonly html: string; readonly errors: readonly MjmlError[] }>
}
