import { Db, defineService, Http, type Route, token } from '@fanfare/kernel'

/** A service that only mounts routes; each call makes a new one. */
export function mounted(routes: readonly Route[], prepare: (http: Http) => void = () => {}) {
  return defineService({
    provides: token<object>()('mounted'),
    needs: { http: Http, db: Db },
    start({ http }) {
      prepare(http)
      http.mount('mounted', routes)
      return {}
    },
  })
}
