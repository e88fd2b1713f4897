import { useComputedColorScheme } from '@mantine/core'
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { formatCompact, formatNumber } from '../format.ts'
import type { Tone } from '../words.ts'

export interface ChartSeries {
  name: string
  tone: Tone
  kind: 'bar' | 'line'
  values: readonly number[]
  /** Which scale it is read on: few beside many need their own. */
  axis?: 'left' | 'right'
  /** Bars of one name stand on each other. */
  stack?: string
}

export interface ChartProps {
  /** Said to who cannot see it. */
  label: string
  times: readonly string[]
  /** Writes a time under the axis. */
  formatTime: (iso: string) => string
  series: readonly ChartSeries[]
  height?: number
}

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer])

export function ChartDrawing(props: ChartProps & { height: number }) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(undefined)
  const scheme = useComputedColorScheme()

  useEffect(() => {
    const drawing = init(box.current, undefined, { renderer: 'svg' })
    chart.current = drawing
    const observer = new ResizeObserver(() => drawing.resize())
    observer.observe(box.current!)
    return () => {
      observer.disconnect()
      drawing.dispose()
    }
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colours that are read from the page
  useEffect(() => chart.current?.setOption(optionOf(props)), [props, scheme])

  return <div ref={box} role="img" aria-label={props.label} style={{ height: props.height }} />
}

function optionOf({ times, formatTime, series }: ChartProps) {
  const style = getComputedStyle(document.documentElement)
  const color = (name: string) => style.getPropertyValue(name).trim()
  const text = { color: color('--muted'), fontFamily: 'inherit', fontSize: 11 }
  return {
    animationDuration: 250,
    grid: { left: 4, right: 8, top: 30, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    legend: { top: 0, left: 0, itemWidth: 10, itemHeight: 10, itemGap: 18, icon: 'roundRect', textStyle: text },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: color('--surface'),
      borderColor: color('--line'),
      textStyle: { ...text, color: color('--mantine-color-text'), fontSize: 12 },
      valueFormatter: (value: unknown) => formatNumber(Number(value)),
    },
    xAxis: {
      type: 'category',
      data: times.map(formatTime),
      axisLabel: { ...text, hideOverlap: true },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: color('--line') } },
    },
    yAxis: (['left', 'right'] as const).map((position) => ({
      type: 'value',
      position,
      minInterval: 1,
      axisLabel: { ...text, formatter: (value: number) => formatCompact(value) },
      splitLine: { show: position === 'left', lineStyle: { color: color('--line') } },
    })),
    series: series.map(({ name, tone, kind, values, axis, stack }) => ({
      name,
      type: kind,
      yAxisIndex: axis === 'right' ? 1 : 0,
      ...(stack === undefined ? {} : { stack }),
      data: values,
      itemStyle: {
        color: color(`--tone-${tone}`),
        borderRadius: kind === 'bar' && stack === undefined ? [3, 3, 0, 0] : 0,
      },
      ...(kind === 'line'
        ? { showSymbol: values.length < 3, symbolSize: 7, lineStyle: { width: 2 } }
        : { barMaxWidth: 18, barGap: '20%' }),
    })),
  }
}
