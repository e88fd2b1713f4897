import { readdirSync, readFileSync } from 'node:fs'

/** What a process and its children have used since their starts. */
export interface Usage {
  /** User and system time, of all threads. */
  readonly cpuMicroseconds: number
  readonly peakRssMb: number
}

/** The kernel counts times for everybody in these, whatever its own clock (`getconf CLK_TCK`, 100 on every Linux port). */
const microsecondsPerTick = 10_000

/** Undefined where the system has no /proc to tell it. */
export function usageOf(pid: number): Usage | undefined {
  const processes = readProcesses()
  if (!processes.has(pid)) return undefined
  let [ticks, peakKb] = [0, 0]
  const open = [pid]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    ticks += processes.get(next)?.ticks ?? 0
    peakKb += peakKbOf(next)
    for (const [child, { parent }] of processes) if (parent === next) open.push(child)
  }
  return { cpuMicroseconds: ticks * microsecondsPerTick, peakRssMb: Math.round(peakKb / 1_024) }
}

interface Process {
  readonly parent: number
  /** Its own, and those of children that have ended. */
  readonly ticks: number
}

function readProcesses(): Map<number, Process> {
  const processes = new Map<number, Process>()
  for (const name of readFolder('/proc')) {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : ''
    if (stat === '') continue
    // After the name in parentheses, which may hold anything: state, parent, … utime, stime, cutime, cstime (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    processes.set(Number(name), { parent: Number(fields[1]), ticks })
  }
  return processes
}

function peakKbOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
}

function readFolder(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

/** A process may end while it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
