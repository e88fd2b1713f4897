import type { Finding } from '../contract.ts'
import { findTags, findUnclosedTags, type Tag } from './tags.ts'

const unclosedMessage = 'A {{ is not closed by }}'

type Where = 'subject' | 'preheader' | 'body'

/** What is wrong with the tags of one text, its partials put in. `known` are the names it may ask for. */
export function checkTags(text: string, where: Where, known: ReadonlySet<string>): Finding[] {
  const tags = findTags(text)
  const unclosed = findUnclosedTags(text).map((line): Finding => {
    return { level: 'error', code: 'unclosed_tag', message: unclosedMessage, where, line }
  })
  const each = tags.flatMap((tag) => checkTag(tag, known).map((fault) => ({ ...fault, where, line: tag.line })))
  const sections = checkSections(tags).map((fault) => ({ ...fault, where }))
  return [...unclosed, ...each, ...sections]
}

type Fault = Omit<Finding, 'where' | 'line'>

function checkTag(tag: Tag, known: ReadonlySet<string>): Fault[] {
  switch (tag.kind) {
    case 'delimiters':
      return [{ level: 'error', code: 'delimiters', message: 'Emails keep the delimiters {{ and }}. Remove this tag' }]
    case 'field':
    case 'section':
    case 'inverted':
      return checkName(tag, known)
    case 'raw': {
      const message = `{{{${tag.name}}}} puts the value in as HTML. Write {{${tag.name}}} unless you made the value yourself`
      return [...checkName(tag, known), { level: 'warning', code: 'raw_value', message }]
    }
    default:
      return []
  }
}

function checkName({ name }: Tag, known: ReadonlySet<string>): Fault[] {
  if (name === '.' || known.has(name)) return []
  // Mustache reads on to the next }} and takes what lies between for a name.
  if (name.includes('{{')) return [{ level: 'error', code: 'unclosed_tag', message: unclosedMessage }]
  const message = `There is no field ${name === '' ? 'without a name' : name}. Add it to your contacts or remove {{${name}}}`
  return [{ level: 'error', code: 'unknown_field', message }]
}

function checkSections(tags: readonly Tag[]): (Fault & { line: number })[] {
  const open: Tag[] = []
  const faults: (Fault & { line: number })[] = []
  const report = (line: number, message: string) =>
    faults.push({ level: 'error', code: 'unclosed_section', message, line })
  for (const tag of tags) {
    if (tag.kind === 'section' || tag.kind === 'inverted') open.push(tag)
    if (tag.kind !== 'close') continue
    const at = open.findLastIndex((section) => section.name === tag.name)
    if (at < 0) report(tag.line, `{{/${tag.name}}} closes a section that is not open`)
    for (const section of at < 0 ? [] : open.splice(at).slice(1)) report(section.line, unclosed(section))
  }
  for (const section of open) report(section.line, unclosed(section))
  return faults
}

function unclosed({ name }: Tag): string {
  return `The section ${name} is not closed. Add {{/${name}}}`
}
