import { Parser } from 'htmlparser2'
import type { Finding } from '../contract.ts'
import { findLinkFault, type LinkUse } from './links.ts'
import type { Marked } from './marks.ts'
import { lineCounter } from './tags.ts'

const refusedTags = new Set([
  ...['script', 'form', 'input', 'button', 'select', 'textarea', 'iframe', 'frame', 'frameset', 'object', 'embed'],
  ...['applet', 'base', 'link', 'svg', 'math', 'video', 'audio', 'mj-include'],
])
/** Attributes that hold an address, and what they show. */
const addresses: Readonly<Record<string, LinkUse>> = {
  href: 'link',
  src: 'image',
  'background-url': 'image',
  background: 'image',
}
const needsLink = new Set(['mj-button', 'mj-navbar-link'])

type Fault = Omit<Finding, 'where' | 'line'>

/** What is wrong with the tags and attributes of a body, HTML or MJML, its partials put in and its Mustache marked. */
export function checkMarkup(marked: Marked): Finding[] {
  const findings: Finding[] = []
  const lineAt = lineCounter(marked.text)
  // Inside mj-attributes an element only sets defaults for its kind.
  let inDefaults = false
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        const line = lineAt(parser.startIndex)
        if (name === 'mj-attributes') inDefaults = true
        if (inDefaults) return
        for (const fault of checkElement(marked, name, attributes)) findings.push({ ...fault, where: 'body', line })
      },
      onclosetag: (name) => {
        if (name === 'mj-attributes') inDefaults = false
      },
    },
    { recognizeSelfClosing: true, lowerCaseTags: true, lowerCaseAttributeNames: true },
  )
  parser.end(marked.text)
  return findings
}

function checkElement(marked: Marked, name: string, attributes: Readonly<Record<string, string>>): Fault[] {
  if (refusedTags.has(name)) {
    return [
      { level: 'error', code: 'refused_tag', message: `<${name}> does not work in email and is left out. Remove it` },
    ]
  }
  const faults = Object.entries(attributes).flatMap(([key, value]) => checkAttribute(marked, name, key, value))
  if (needsLink.has(name) && attributes.href === undefined) {
    faults.push({ level: 'error', code: 'broken_link', message: `<${name}> leads nowhere. Give it an href` })
  }
  if ((name === 'img' || name === 'mj-image') && attributes.alt === undefined) {
    const message =
      'An image has no alt text; many readers never load images. Describe it, or write alt="" for a decoration'
    faults.push({ level: 'warning', code: 'image_without_alt', message })
  }
  return faults
}

function checkAttribute(marked: Marked, element: string, key: string, value: string): Fault[] {
  if (key.startsWith('on')) {
    return [
      {
        level: 'error',
        code: 'refused_attribute',
        message: `${key} runs a script, which no mail program allows. Remove it`,
      },
    ]
  }
  const use = addresses[key]
  if (use === undefined || (element === 'mj-font' && key === 'href')) return []
  const fault = findLinkFault(marked, value, use)
  return fault === undefined ? [] : [{ level: 'error', code: 'broken_link', message: fault }]
}
