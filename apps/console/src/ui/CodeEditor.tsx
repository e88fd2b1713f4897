import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { CodeEditorProps } from './CodeSurface.tsx'

export type { CodeHandle } from './CodeSurface.tsx'

const Surface = lazy(() => import('./CodeSurface.tsx').then(({ CodeSurface }) => ({ default: CodeSurface })))

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
