/** Sends a short text to a phone. The seam for vendors of SMS. */
export interface TextSender {
  /** Problem `identity.text_failed` when the vendor did not take it. */
  send(text: { readonly to: string; readonly body: string }): Promise<void>
}
