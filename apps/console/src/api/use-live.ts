import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import { LiveClient, type LiveMessage, type LiveState } from './live.ts'
import { workspaceId } from './workspace.ts'

const client = new LiveClient()

/** Watches a topic while the component is on the page; `undefined` watches nothing. */
export function useLive(topic: string | undefined, onMessage: (message: LiveMessage) => void): void {
  const listener = useEffectEvent(onMessage)
  useEffect(() => {
    const workspace = workspaceId()
    if (topic === undefined || workspace === undefined) return
    return client.watch(workspace, topic, (message) => listener(message))
  }, [topic])
}

/** Calls when the server closed the line because this session has ended or changed. */
export function useLiveEnd(onEnd: () => void): void {
  const listener = useEffectEvent(onEnd)
  useEffect(() => client.onEnded(() => listener()), [])
}

/** How the page is connected now. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => client.onState(listener),
    () => client.state,
  )
}
