/**
 * A link that only a machine follows: without words, taken out of sight and out of the tab order, and no text for a screen
 * reader. Programs that open every address of a message open this one too, and betray themselves.
 *
 * `mso-hide` is for Outlook on Windows, which lays out with Word and knows no `display: none` on links.
 *
 * @param url of the message's honeypot token; nothing in it needs escaping
 */
export function honeypotLink(url: string): string {
  return `<a href="${url}" style="display:none;mso-hide:all;font-size:0;line-height:0" aria-hidden="true" tabindex="-1"></a>`
}
