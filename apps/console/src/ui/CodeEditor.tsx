import { Skeleton } from '@mantine/core'
import { lazy, type Ref, Suspense } from 'react'

const Surface = lazy(() => import('./CodeSurface.tsx').then(({ CodeSurface }) => ({ default: CodeSurface })))

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

/** HTML or MJML with the merge fields made to stand out. The editor itself is a chunk of its own. */
export function CodeEditor(props: CodeEditorProps) {
  return (
    <div
      style={{
        height: props.height,
        border: '1px solid var(--mantine-color-default-border)',
        borderRadius: 'var(--mantine-radius-md)',
        overflow: 'hidden',
        background: 'var(--surface)',
      }}
    >
      <Suspense fallback={<Skeleton h="100%" radius={0} />}>
        <Surface {...props} />
      </Suspense>
    </div>
  )
}
