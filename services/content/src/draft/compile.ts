import { isProblem } from '@fanfare/kernel'
import type { CompiledEmail, EmailDraft, Finding } from '../contract.ts'
import { escapeHtml } from '../template/escape.ts'
import { compileTemplate } from '../template.ts'
import { wrapDocument } from './document.ts'
import { checkHtml } from './html-checks.ts'
import { wholeLinks } from './links.ts'
import { type Marked, mark, markedIn, unmark } from './marks.ts'
import { checkMarkup } from './markup-checks.ts'
import { compileMjml } from './mjml.ts'
import { expandPartials } from './partials.ts'
import { sanitizeEmail } from './sanitize.ts'
import { checkSubject } from './subject-checks.ts'
import { checkTags } from './tag-checks.ts'
import type { Tag } from './tags.ts'
import { makeText } from './text.ts'

export interface DraftContext {
  /** Names a template may use. */
  readonly fields: ReadonlySet<string>
  readonly partials: Readonly<Record<string, string>>
}
export type DraftTexts = Pick<EmailDraft, 'subject' | 'preheader' | 'format' | 'body'>
export interface CompiledDraft extends Pick<CompiledEmail, 'subject' | 'preheader' | 'html' | 'text' | 'fields'> {
  readonly findings: Finding[]
  /** Whether the texts can be merged. When not, the HTML shows its tags as they were written. */
  readonly readable: boolean
}

/**
 * Makes of a draft the texts that are merged and sent, and tells what is wrong with it. Nothing here throws for what an
 * author can write: a draft with errors gives findings and the best that can be made of it.
 */
export async function compileDraft(draft: DraftTexts, { fields, partials }: DraftContext): Promise<CompiledDraft> {
  const subject = expandPartials(draft.subject, 'subject', partials)
  const preheader = expandPartials(draft.preheader, 'preheader', partials)
  const body = expandPartials(draft.body, 'body', partials)
  const marked = mark(body.text)
  const made = draft.format === 'mjml' ? await compileMjml(marked.text) : { html: marked.text, findings: [] }
  const clean = sanitizeEmail(made.html ?? '')
  const text = makeText(clean)
  const findings = [
    ...[subject, preheader, body].flatMap((expanded) => expanded.findings),
    ...checkSubject(subject.text),
    ...checkTags(subject.text, 'subject', fields),
    ...checkTags(preheader.text, 'preheader', fields),
    ...checkTags(body.text, 'body', fields),
    ...checkMarkup(marked),
    ...made.findings,
    ...(made.html === undefined ? [] : checkHtml(marked, clean, text)),
  ].map((finding) => ({ ...finding, message: unmark(marked, finding.message) }))

  const texts = writeTexts({ subject: subject.text, preheader: preheader.text, marked, html: clean, text })
  const templates = readTemplates(texts)
  if (templates.faults.length === 0) return { ...texts, fields: templates.fields, findings, readable: true }
  const errors = findings.some((finding) => finding.level === 'error') ? [] : templates.faults
  const html = wrapDocument(
    unmark(marked, clean, (tag) => escapeHtml(tag.source)),
    escapeHtml(preheader.text),
  )
  return { ...texts, html, fields: templates.fields, findings: [...findings, ...errors], readable: false }
}

/** Mustache has no escape: other delimiters stand for a moment, between which {{ is text. */
const literalBraces = '{{=<% %>=}}{{<%={{ }}=%>'

interface Made {
  readonly subject: string
  readonly preheader: string
  readonly marked: Marked
  readonly html: string
  readonly text: string
}

function writeTexts({ subject, preheader, marked, html, text }: Made) {
  const inLinks = tagsInLinks(marked, html)
  // What is a tag has been marked, so braces that are left are text: written as entities, perhaps, and decoded since.
  const body = unmark(marked, html.replaceAll('{{', '{&#123;'), (tag) => writeTag(tag, inLinks, escapeHtml))
  return {
    subject: subject.trim(),
    preheader,
    html: wrapDocument(body, hiddenText(preheader)),
    text: unmark(marked, text.replaceAll('{{', literalBraces), (tag) => writeTag(tag, inLinks, (fallback) => fallback)),
  }
}

/** Plain text with Mustache as it stands in HTML. */
function hiddenText(text: string): string {
  const marked = mark(text)
  return unmark(marked, escapeHtml(marked.text), (tag) => writeTag(tag, new Set(), escapeHtml))
}

/** Tags in addresses: their values are encoded as a part of one. Only what the sender fills may be a whole address. */
function tagsInLinks(marked: Marked, html: string): ReadonlySet<Tag> {
  const addresses = Array.from(html.matchAll(/\s(?:href|src|background)="([^"]*)"/g), (match) => match[1] as string)
  return new Set(
    addresses.flatMap((address) => {
      const isWhole = address.replace(marked.pattern, '').trim() === ''
      return markedIn(marked, address).filter((tag) => !(isWhole && wholeLinks.includes(tag.name)))
    }),
  )
}

function writeTag(tag: Tag, inLinks: ReadonlySet<Tag>, escapeFallback: (text: string) => string): string {
  const isValue = tag.kind === 'field' || tag.kind === 'raw'
  if (!isValue) return tag.source
  const fallback = tag.fallback === '' ? '' : `|${tag.fallback}`
  if (inLinks.has(tag)) return `{{%${tag.name}${fallback}}}`
  // A raw fallback would pass by the sanitiser.
  return tag.kind === 'raw' ? `{{{${tag.name}${escapeFallback(fallback)}}}}` : tag.source
}

/** Reads the texts as templates, for the names they ask for and for what the other checks have not seen. */
function readTemplates(texts: Readonly<Record<'subject' | 'preheader' | 'html' | 'text', string>>) {
  const fields = new Set<string>()
  const faults: Finding[] = []
  for (const [name, source] of Object.entries(texts)) {
    try {
      for (const field of compileTemplate(source).fields) fields.add(field)
    } catch (error) {
      if (!isProblem(error, 'content.template_invalid')) throw error
      const where = name === 'subject' || name === 'preheader' ? name : 'body'
      faults.push({ level: 'error', code: 'invalid_template', message: error.message, where, line: null })
    }
  }
  return { fields: [...fields], faults }
}
