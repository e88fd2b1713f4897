import { html } from '@codemirror/lang-html'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorState, type Text } from '@codemirror/state'
import { Decoration, EditorView, MatchDecorator, ViewPlugin, type ViewUpdate } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { basicSetup } from 'codemirror'
import { type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef } from 'react'

export interface CodeHandle {
  /** Puts a text where the caret is and keeps the focus there. */
  insert(text: string): void
  goToLine(line: number): void
}

export interface CodeMark {
  line: number
  level: 'error' | 'warning'
  message: string
}

export interface CodeEditorProps {
  label: string
  value: string
  onChange: (value: string) => void
  marks?: readonly CodeMark[]
  readOnly?: boolean
  height: number | string
  ref?: Ref<CodeHandle>
}

const mergeField = new MatchDecorator({
  regexp: /\{\{\{?[^{}]*\}?\}\}/g,
  decoration: Decoration.mark({ class: 'cm-merge-field' }),
})

const mergeFields = ViewPlugin.define(
  (view) => ({
    decorations: mergeField.createDeco(view),
    update(update: ViewUpdate) {
      this.decorations = mergeField.updateDeco(update, this.decorations)
    },
  }),
  { decorations: (plugin) => plugin.decorations },
)

const colors = HighlightStyle.define([
  { tag: [tags.tagName, tags.angleBracket], color: 'var(--tone-accent)' },
  { tag: tags.attributeName, color: 'var(--muted)' },
  { tag: [tags.attributeValue, tags.string], color: 'var(--tone-green)' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
])

const look = EditorView.theme({
  '&': { color: 'var(--mantine-color-text)', backgroundColor: 'transparent' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.65' },
  '.cm-content': { caretColor: 'var(--mantine-color-text)', paddingBlock: '10px' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--tone-gray)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--tone-accent) 6%, transparent)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--tone-accent) 25%, transparent) !important',
  },
  '.cm-tooltip, .cm-panels': { backgroundColor: 'var(--surface)', color: 'var(--mantine-color-text)' },
})

export function CodeSurface({ label, value, onChange, marks = [], readOnly = false, ref }: CodeEditorProps) {
  const box = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const tell = useEffectEvent(onChange)
  const initial = useEffectEvent(() => value)

  useEffect(() => {
    const editor = new EditorView({
      parent: box.current!,
      doc: initial(),
      extensions: [
        basicSetup,
        html({ selfClosingTags: true }),
        syntaxHighlighting(colors),
        mergeFields,
        lintGutter(),
        look,
        EditorView.lineWrapping,
        EditorState.readOnly.of(readOnly),
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of(({ docChanged, state }) => docChanged && tell(state.doc.toString())),
      ],
    })
    view.current = editor
    return () => editor.destroy()
  }, [label, readOnly])

  useEffect(() => {
    const editor = view.current
    if (!editor || editor.state.doc.toString() === value) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
  }, [value])

  useEffect(() => {
    const editor = view.current
    if (editor) editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(editor.state.doc, marks)))
  }, [marks])

  useImperativeHandle(ref, () => ({
    insert: (text) => {
      const editor = view.current
      if (!editor) return
      editor.dispatch(editor.state.replaceSelection(text))
      editor.focus()
    },
    goToLine: (line) => {
      const editor = view.current
      if (!editor) return
      const { from } = editor.state.doc.line(Math.min(line, editor.state.doc.lines))
      editor.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) })
      editor.focus()
    },
  }))

  return <div ref={box} style={{ height: '100%' }} />
}

function diagnosticsOf(doc: Text, marks: readonly CodeMark[]): Diagnostic[] {
  return marks
    .filter(({ line }) => line >= 1 && line <= doc.lines)
    .map(({ line, level, message }) => {
      const { from, to } = doc.line(line)
      return { from, to, severity: level, message }
    })
}
