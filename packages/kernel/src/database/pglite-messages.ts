/** What the main thread asks of the worker that runs the embedded database. */
export type PgliteRequest =
  | { readonly ask: 'open'; readonly folder: string | undefined; readonly archive: string | undefined }
  /** Whole messages of the frontend protocol, the last one a Query or a Sync. */
  | { readonly ask: 'exchange'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** A `copy … from '/dev/blob'` with what the file holds. */
  | { readonly ask: 'copy'; readonly text: string; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly ask: 'archive'; readonly file: string }
  | { readonly ask: 'close' }

export interface PgliteAnswer {
  readonly id: number
  /** The backend's messages, for an exchange. */
  readonly bytes?: Uint8Array<ArrayBuffer>
  readonly failure?: PgliteFailure
}

/** An error that crossed threads: only its plain fields survive the copy. */
export interface PgliteFailure {
  readonly message: string
  readonly fields: Readonly<Record<string, string>>
}
