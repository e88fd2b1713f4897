import 'react'

declare module 'react' {
  /** Custom properties carry a part's colour to its style. */
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined
  }
}
